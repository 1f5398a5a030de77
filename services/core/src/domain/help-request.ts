import { assertNoViolations } from './errors.js'

/** Notes per token: enough to add a word, too few to flood an admin. */
export const NOTES_MAX = 3
export const LINK_REQUESTS_MAX = 3
export const LINK_REQUEST_PAUSE_MS = 60 * 60_000
/** As long as dead tokens are kept: who comes later is a stranger. */
export const LINK_REQUEST_AGE_MAX_MS = 30 * 24 * 60 * 60_000

const NOTE_MAX_LENGTH = 2000

/**
 * A person's own words, 1–2000 code points after trimming. Line breaks become `\n`; control characters
 * other than those and tabs, which nobody types, are dropped.
 * @throws DomainError `invalid_argument`
 */
export function parseNote(text: string): string {
  const note = text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .trim()
  const length = [...note].length
  const isFine = length >= 1 && length <= NOTE_MAX_LENGTH
  assertNoViolations(
    isFine ? [] : [{ field: 'text', message: `must be 1 to ${NOTE_MAX_LENGTH} characters` }],
  )
  return note
}
