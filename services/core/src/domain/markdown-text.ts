import type { Token } from 'markdown-it'

interface List {
  readonly indent: string
  next: number | undefined
}

/** The block tokens of a Markdown text as plain text; lists, quotes and code keep their shape. */
export function tokensToText(tokens: readonly Token[]): string {
  const writer = new Writer()
  for (const token of tokens) writer.add(token)
  return writer.text()
}

const BLOCK_ENDS = new Set(['heading_close', 'blockquote_close', 'hr', 'fence', 'code_block'])

class Writer {
  readonly #lines: string[] = []
  readonly #lists: List[] = []
  #quotes = 0
  #marker: string | undefined

  add(token: Token): void {
    const isList = token.type === 'bullet_list_open' || token.type === 'ordered_list_open'
    if (isList) this.#openList(token)
    else if (token.type.endsWith('_list_close')) this.#lists.pop()
    else if (token.type === 'list_item_open') this.#marker = this.#nextMarker()
    else if (token.type === 'blockquote_open') this.#quotes += 1
    else if (token.type === 'blockquote_close') this.#closeQuote()
    else if (token.type === 'inline') this.#write(inlineToText(token.children ?? []))
    else if (token.type === 'heading_close') this.#underline(token.tag === 'h1' ? '=' : '-')
    else if (token.type === 'hr') this.#write('---')
    else if (token.type === 'fence' || token.type === 'code_block')
      this.#write(token.content.replace(/\n$/, '').replace(/^/gm, '    '))
    if (this.#endsBlock(token)) this.#blank()
  }

  text(): string {
    return this.#lines.join('\n').trim()
  }

  /** The quote ends with its text, not with the empty line that was to follow it. */
  #closeQuote(): void {
    if (this.#lines.at(-1) === '> '.repeat(this.#quotes).trimEnd()) this.#lines.pop()
    this.#quotes -= 1
  }

  #openList(token: Token): void {
    const outer = this.#lists.at(-1)
    const isOrdered = token.type === 'ordered_list_open'
    this.#lists.push({
      indent: outer ? `${outer.indent}   ` : '',
      next: isOrdered ? Number(token.attrGet('start') ?? 1) : undefined,
    })
  }

  #nextMarker(): string {
    const list = this.#lists.at(-1)
    if (list?.next === undefined) return '- '
    return `${list.next++}. `
  }

  #write(text: string): void {
    const quote = '> '.repeat(this.#quotes)
    const list = this.#lists.at(-1)
    const rest = list ? `${list.indent}${list.next === undefined ? '  ' : '   '}` : ''
    const first = list && this.#marker !== undefined ? list.indent + this.#marker : rest
    this.#marker = undefined
    const lines = text.split('\n')
    this.#lines.push(...lines.map((line, at) => quote + (at === 0 ? first : rest) + line))
  }

  #underline(line: string): void {
    const heading = this.#lines.at(-1) ?? ''
    const start = '> '.repeat(this.#quotes)
    this.#lines.push(start + line.repeat([...heading].length - start.length))
  }

  /** A list is as tight as it was written, and what follows it stands apart. */
  #endsBlock({ type, hidden }: Token): boolean {
    if (type === 'paragraph_close') return !hidden
    if (type.endsWith('_list_close')) return this.#lists.length === 0
    return BLOCK_ENDS.has(type)
  }

  /** One empty line, however many blocks end here. */
  #blank(): void {
    const line = '> '.repeat(this.#quotes).trimEnd()
    if (this.#lines.at(-1) !== line) this.#lines.push(line)
  }
}

/** A link shows where it goes, unless its text already says so. */
function inlineToText(tokens: readonly Token[]): string {
  let text = ''
  const links: { href: string; from: number }[] = []
  for (const token of tokens) {
    if (token.type === 'link_open')
      links.push({ href: String(token.attrGet('href') ?? ''), from: text.length })
    else if (token.type === 'link_close') text += destination(links.pop(), text)
    else if (token.type === 'softbreak' || token.type === 'hardbreak') text += '\n'
    else text += token.content
  }
  return text
}

function destination(link: { href: string; from: number } | undefined, text: string): string {
  if (!link) return ''
  const shown = text.slice(link.from)
  const href = readable(link.href)
  return href === shown || href === `mailto:${shown}` ? '' : ` (${href})`
}

/** The parser percent-encodes; what cannot be decoded again stays as it is. */
function readable(href: string): string {
  try {
    return decodeURI(href)
  } catch {
    return href
  }
}
