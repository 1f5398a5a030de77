/** Beyond those that JSON escapes: what moves a cursor, ends a line or turns the writing direction. */
const ACTIVE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** A value as a line that a terminal may show: the same JSON, with nothing that acts on it. */
export function toJsonLine(value: unknown): string {
  const toEscape = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${JSON.stringify(value).replace(ACTIVE, toEscape)}\n`
}
