export const NOTE_LENGTH_MAX = 2000

/** As core counts: code points, without white space around them (BEHAVIOUR §4.10). */
export function lengthOfNote(text: string): number {
  return [...text.trim()].length
}
