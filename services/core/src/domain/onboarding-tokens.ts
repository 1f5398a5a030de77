/** A piece of a template; comments are none. */
export type Token =
  | { readonly type: 'text'; readonly text: string }
  /** What stands between braces, such as `#if username`, and where. */
  | { readonly type: 'braces'; readonly content: string; readonly line: number }
  /** Something that has braces and is not a part of the language at all. */
  | { readonly type: 'refused'; readonly finding: string; readonly line: number }

const LINE_BREAKS = /\r\n?|\n/g
/** What stands alone on its line takes the line with it. */
const STRUCTURE = /^[#/]|^else$/

/**
 * Cuts a template at its braces, in one pass over the text. A condition, its end, an `else` or a
 * comment that stands alone on its line leaves no empty line behind.
 */
export function* tokensOf(source: string): Generator<Token> {
  let at = 0
  let line = 1
  for (;;) {
    const start = source.indexOf('{{', at)
    if (start === -1) {
      yield { type: 'text', text: source.slice(at) }
      return
    }
    line += lineBreaksIn(source.slice(at, start))
    const { end, token } = readBraces(source, start, line)
    const isStructure = !token || (token.type === 'braces' && STRUCTURE.test(token.content))
    const alone = isStructure ? findLine(source, at, start, end) : undefined
    yield { type: 'text', text: source.slice(at, alone?.start ?? start) }
    if (token) yield token
    at = alone?.end ?? end
    line += lineBreaksIn(source.slice(start, at))
  }
}

/** Reads what begins with two braces: a token, or a comment, which is none. */
function readBraces(source: string, start: number, line: number): { end: number; token?: Token } {
  const refused = (finding: string, end: number) => ({
    end,
    token: { type: 'refused', finding, line } as const,
  })
  if (source.startsWith('{{!', start)) {
    const closing = source.startsWith('{{!--', start) ? '--}}' : '}}'
    const last = source.indexOf(closing, start + '{{!'.length)
    if (last === -1) return refused('comment is not closed: {{!', source.length)
    return { end: last + closing.length }
  }
  const { 0: all = '', 1: opening = '', 2: inner = '', 3: closing = '' } = match(source, start)
  const end = start + all.length
  const content = inner.trim()
  if (closing.length < 2) return refused(`not closed: ${excerpt(all)}`, end)
  if (opening.length !== closing.length) return refused(`braces do not match: ${excerpt(all)}`, end)
  if (opening.length === 3) return refused(`unescaped output not allowed: ${excerpt(all)}`, end)
  if (opening.length > 3) return refused(`block not allowed: ${excerpt(content)}`, end)
  // Markdown would take it for an escape of what the value begins with.
  if (source[start - 1] === '\\')
    return refused(`backslash not allowed before ${excerpt(all)}`, end)
  return { end, token: { type: 'braces', content, line } }
}

function match(source: string, start: number): RegExpExecArray {
  const braces = /(\{+)([^{}]*)(\}*)/y
  braces.lastIndex = start
  const found = braces.exec(source)
  if (!found) throw new Error('No braces where there were some.')
  return found
}

/** The whole line, if nothing but blanks is beside what stands from `start` to `end`. */
function findLine(source: string, from: number, start: number, end: number) {
  let lineStart = start
  while (lineStart > from && isBlank(source[lineStart - 1])) lineStart--
  let lineEnd = end
  while (isBlank(source[lineEnd])) lineEnd++
  if (lineStart > 0 && source[lineStart - 1] !== '\n') return undefined
  if (lineEnd === source.length) return { start: lineStart, end: lineEnd }
  const lineBreak = ['\r\n', '\n'].find((characters) => source.startsWith(characters, lineEnd))
  return lineBreak === undefined ? undefined : { start: lineStart, end: lineEnd + lineBreak.length }
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

function lineBreaksIn(text: string): number {
  return text.match(LINE_BREAKS)?.length ?? 0
}

const EXCERPT_MAX = 40

/** As much of it as a message needs, in one line and without what could change how that looks. */
export function excerpt(text: string): string {
  const characters = [
    ...text
      .slice(0, 4 * EXCERPT_MAX)
      .replace(/\s+/g, ' ')
      .trimEnd(),
  ]
  const shown = characters.slice(0, EXCERPT_MAX).join('').replace(/\p{C}/gu, '\ufffd')
  return characters.length > EXCERPT_MAX ? `${shown}…` : shown
}
