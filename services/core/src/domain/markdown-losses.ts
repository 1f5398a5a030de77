import MarkdownIt, { type Token } from 'markdown-it'
import { LINK } from './markdown.js'

/** Takes everything for what its author meant it to be. */
const meant = new MarkdownIt('commonmark', { html: true })
meant.validateLink = () => true

const SHOWN_MAX = 60

/** What of a Markdown text is not shown as its author meant it, for a person to read. */
export function lossesIn(markdown: string): string[] {
  return [...new Set(tokensIn(markdown).flatMap((token) => lossOf(token) ?? []))]
}

function lossOf(token: Token): string | undefined {
  const address = (name: string) => shorten(String(token.attrGet(name) ?? ''))
  const isHtml = token.type === 'html_block' || token.type === 'html_inline'
  if (isHtml && !token.content.startsWith('</'))
    return `HTML is shown as text: ${shorten(token.content)}`
  if (token.type === 'image') return `a picture is shown as its description: ${address('src')}`
  if (token.type !== 'link_open' || LINK.test(String(token.attrGet('href')))) return undefined
  return `no link, for it is neither http, https nor mailto: ${address('href')}`
}

/** All that stands in code, where Markdown knows no escapes. */
export function codeIn(markdown: string): string {
  const code = tokensIn(markdown).filter(({ type }) => CODE.has(type))
  return code.map(({ content }) => content).join('\n')
}

const CODE = new Set(['code_inline', 'code_block', 'fence'])

function tokensIn(markdown: string): Token[] {
  return meant.parse(markdown, {}).flatMap((token) => [token, ...(token.children ?? [])])
}

function shorten(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length > SHOWN_MAX ? `${line.slice(0, SHOWN_MAX)}…` : line
}
