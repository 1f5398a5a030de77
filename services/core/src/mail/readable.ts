import type { MailKind, MailVariables } from './messages.js'

type FieldName = { [Kind in MailKind]: keyof MailVariables[Kind] }[MailKind]

/** Texts that are no single line of what somebody typed: of several lines, or made by core. */
const FORMS: { readonly [Name in FieldName]?: 'lines' | 'ours' } = {
  note: 'lines',
  markdown: 'lines',
  url: 'ours',
  deepLink: 'ours',
  qr: 'ours',
  instanceUrl: 'ours',
  token: 'ours',
}

/** A client's description of itself, for example, may be of any length. */
const LINE_MAX_LENGTH = 300

/**
 * The variables of a mail with all that people typed as text that is safe beside other text, whatever
 * is in it. Composers get no others, so none of them can forget it.
 */
export function readable<Variables>(variables: Variables): Variables {
  return walk(variables, undefined) as Variables
}

function walk(value: unknown, name: string | undefined): unknown {
  if (typeof value === 'string') return readableText(value, name)
  if (Array.isArray(value)) return value.map((entry) => walk(entry, name))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, walk(entry, key)]))
}

function readableText(text: string, name: string | undefined): string {
  const form = FORMS[name as FieldName]
  if (form === 'ours') return text
  return form === 'lines' ? readableLines(text) : readableLine(text)
}

/** One line, however many it was, and of a length that fits in a sentence. */
export function readableLine(text: string): string {
  const line = withVisible(text.replace(/[\s\p{Cc}]+/gu, ' ').trim())
  const characters = [...line]
  const isLong = characters.length > LINE_MAX_LENGTH
  return isolated(isLong ? `${characters.slice(0, LINE_MAX_LENGTH - 1).join('')}…` : line)
}

function readableLines(text: string): string {
  return withVisible(text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(/[^\P{Cc}\n\t]/gu, ''))
}

/**
 * Characters that show nothing and hide or reorder what stands around them. Joiners, direction marks,
 * variants and the letters of flags stay: names and emoji are written with them.
 */
const UNSEEN =
  /[\p{Default_Ignorable_Code_Point}--[\u{200c}-\u{200f}\u{61c}\u{fe00}-\u{fe0f}\u{e0020}-\u{e007f}\u{e0100}-\u{e01ef}]]/gv

/** Shows such characters by their numbers, so that whoever reads knows that there is something. */
function withVisible(text: string): string {
  return text.toWellFormed().replace(UNSEEN, (character) => {
    const number = character.codePointAt(0) ?? 0
    return `[U+${number.toString(16).toUpperCase().padStart(4, '0')}]`
  })
}

const [ISOLATE, END_OF_ISOLATE] = ['\u2068', '\u2069']
/** Scripts that are written from the right, and the marks that say so. */
const FROM_THE_RIGHT =
  /[\u{590}-\u{8ff}\u{200f}\u{fb1d}-\u{fdff}\u{fe70}-\u{feff}\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** Keeps a name that is written from the right from moving the words beside it (UAX #9, §2.4). */
function isolated(text: string): string {
  return FROM_THE_RIGHT.test(text) ? ISOLATE + text + END_OF_ISOLATE : text
}

/** A text as part of a header, where nothing may be that cannot be seen. */
export function toHeader(text: string): string {
  const visible = text.replace(/\p{Bidi_Control}/gu, '')
  return visible.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}
