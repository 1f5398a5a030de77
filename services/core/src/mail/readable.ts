import { oneLine, readableLine, withVisible } from '../domain/readable.js'
import type { MailKind, MailVariables } from './messages.js'

type FieldName = { [Kind in MailKind]: keyof MailVariables[Kind] }[MailKind]

/** Texts that are no single line of what somebody typed: of several lines, or made by core. */
const FORMS: { readonly [Name in FieldName]?: 'lines' | 'ours' } = {
  note: 'lines',
  // An admin's words, in which every name is readable already.
  markdown: 'ours',
  url: 'ours',
  deepLink: 'ours',
  qr: 'ours',
  instanceUrl: 'ours',
  token: 'ours',
}

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

function readableLines(text: string): string {
  return withVisible(text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(/[^\P{Cc}\n\t]/gu, ''))
}

/** A text as part of a header, where nothing may be that cannot be seen. */
export function toHeader(text: string): string {
  const visible = text.replace(/\p{Bidi_Control}/gu, '')
  return oneLine(visible)
}
