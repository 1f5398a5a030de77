/** API §7: 1–100 code points after trimming, no control characters. */
export function isDeviceName(text: string): boolean {
  const length = [...text.trim()].length
  return length >= 1 && length <= 100 && !/\p{Cc}/u.test(text.trim())
}

/** The suggestion, or the first of "suggestion 2", "suggestion 3" … that the person does not have. */
export function freeDeviceName(suggestion: string, taken: readonly string[]): string {
  const lowered = new Set(taken.map((name) => name.toLowerCase()))
  for (let number = 1; ; number++) {
    const name = number === 1 ? suggestion : `${suggestion} ${number}`
    if (!lowered.has(name.toLowerCase())) return name
  }
}
