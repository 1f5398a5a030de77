import Handlebars from 'handlebars'

export type Template = Handlebars.TemplateDelegate

/** Strict: a variable that is missing fails the mail instead of leaving a hole in it. */
export function template(source: string): Template {
  return Handlebars.compile(source, { strict: true, knownHelpersOnly: true, preventIndent: true })
}

export const FONT =
  'font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif'
export const MONO = 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace'

/** Tables that only place things; screen readers take them for nothing. */
export const TABLE = 'table role="presentation" cellpadding="0" cellspacing="0" border="0"'
