/** A generated enum: names and numbers, both ways. */
type WireEnum = Readonly<Record<string, string | number>>

/** `IN_PROGRESS` as people and scripts read it: `in_progress`. */
export function wordOf(wireEnum: WireEnum, value: number): string {
  return String(wireEnum[value] ?? `unknown_${value}`).toLowerCase()
}

/** Every word that an option may take. */
export function wordsOf(wireEnum: WireEnum): string[] {
  return Object.entries(wireEnum)
    .filter(([, value]) => typeof value === 'number' && value !== 0)
    .map(([name]) => name.toLowerCase())
}

/** The number of a word; 0, "unspecified", for none. */
export function numberOf(wireEnum: WireEnum, word: string | undefined): number {
  return word === undefined ? 0 : Number(wireEnum[word.toUpperCase()] ?? 0)
}
