import { excerpt, type Token, tokensOf } from './onboarding-tokens.js'

export const TAGS = [
  'first_name',
  'last_name',
  'username',
  'defguard_url',
  'defguard_version',
  'admin_first_name',
  'admin_last_name',
  'admin_email',
  'admin_phone',
  'instance_name',
] as const
export type Tag = (typeof TAGS)[number]

export interface TagAt {
  readonly tag: Tag
  readonly line: number
}

/** Gives the text of each tag. */
export type TextOf = (tag: Tag) => string

export interface Template {
  /** Puts the text of each tag in its place; a condition holds when its tag's text is not empty. */
  render(textOf: TextOf): string
  /** The tags that leave a hole, because their text is empty and no condition keeps them away. */
  holes(textOf: TextOf): readonly TagAt[]
}

export type Parsed = { readonly template: Template } | { readonly findings: readonly string[] }

type Node = string | TagAt | Condition

interface Condition {
  readonly tag: Tag
  readonly isNegated: boolean
  readonly body: Node[]
  readonly otherwise: Node[]
}

const BYTES_MAX = 32 * 1024
const NESTING_MAX = 5
/** More of them tell nobody more, and they have to fit into the trailers of a reply. */
const FINDINGS_MAX = 20

/**
 * Reads a template: `{{ tag }}`, `{{#if tag}}…{{else}}…{{/if}}`, `{{#unless tag}}` and comments.
 * Everything else is a finding that names it and its line.
 */
export function parseTemplate(source: string): Parsed {
  if (Buffer.byteLength(source) > BYTES_MAX) return { findings: ['longer than 32 KiB'] }
  const reader = new Reader()
  for (const token of tokensOf(source)) reader.read(token)
  reader.end()
  const { root } = reader
  const findings = [...controlCharactersIn(source), ...reader.findings]
    .sort((a, b) => a.line - b.line)
    .map(({ what, line }) => `${what} (line ${line})`)
  if (findings.length > FINDINGS_MAX) {
    const more = `and ${findings.length - FINDINGS_MAX} more`
    return { findings: [...findings.slice(0, FINDINGS_MAX), more] }
  }
  if (findings.length > 0) return { findings }
  return {
    template: {
      render: (textOf) =>
        [...live(root, textOf)]
          .map((node) => (typeof node === 'string' ? node : textOf(node.tag)))
          .join(''),
      holes: (textOf) =>
        [...live(root, textOf)].filter(
          (node): node is TagAt => typeof node !== 'string' && textOf(node.tag) === '',
        ),
    },
  }
}

/** What is left once every condition is decided. */
function* live(nodes: readonly Node[], textOf: TextOf): Generator<string | TagAt> {
  for (const node of nodes) {
    if (typeof node === 'string' || 'line' in node) yield node
    else
      yield* live((textOf(node.tag) !== '') !== node.isNegated ? node.body : node.otherwise, textOf)
  }
}

interface Finding {
  readonly what: string
  readonly line: number
}

/** What is open while a template is read. */
interface Block {
  /** What has to close it. */
  readonly name: string
  readonly line: number
  /** Where it goes on once this is closed. */
  readonly outer: Node[]
  readonly otherwise: Node[]
  hasElse: boolean
}

/** What stands in front of a name, and what else follows. */
const SIGN = /^(#?\s*[>*]|[#/^&~]|)\s*(.*)$/s
/** What Handlebars has and this language has not, by its sign. */
const REFUSED: Readonly<Record<string, string>> = {
  '>': 'partial not allowed: ',
  '#>': 'partial not allowed: ',
  '*': 'decorator not allowed: ',
  '#*': 'decorator not allowed: ',
  '^': 'block not allowed: ^',
  '&': 'unescaped output not allowed: &',
  '~': 'not allowed: ~',
}

class Reader {
  readonly root: Node[] = []
  readonly findings: Finding[] = []
  readonly #blocks: Block[] = []
  #nodes = this.root

  read(token: Token): void {
    if (token.type === 'text') this.#nodes.push(token.text)
    else if (token.type === 'refused') this.#find(token.finding, token.line)
    else this.#readBraces(token.content, token.line)
  }

  end(): void {
    for (const { name, line } of this.#blocks)
      this.#find(`{{#${excerpt(name)}}} is not closed`, line)
  }

  #readBraces(content: string, line: number): void {
    const { 1: written = '', 2: rest = '' } = SIGN.exec(content) ?? []
    const sign = written.replace(/\s/g, '')
    if (content === 'else') this.#else(line)
    else if (sign === '#') this.#open(rest, line)
    else if (sign === '/') this.#close(rest, line)
    else if (sign !== '') this.#refuse(sign, rest.split(/\s/)[0] ?? '', line)
    else if (this.#isTag(rest, line)) this.#nodes.push({ tag: rest, line })
  }

  #refuse(sign: string, name: string, line: number): void {
    this.#find(`${REFUSED[sign]}${excerpt(name)}`, line)
    // These have an end, like the blocks of this language.
    if (sign === '#>' || sign === '#*' || (sign === '^' && name !== '')) this.#enter(name, line)
  }

  #open(content: string, line: number): void {
    const { 1: name = '', 2: param = '' } = /^(\S*)\s*(.*)$/s.exec(content) ?? []
    const isDeepest = this.#blocks.length === NESTING_MAX
    const { outer, otherwise } = this.#enter(name, line)
    if (name !== 'if' && name !== 'unless') this.#find(`block not allowed: ${excerpt(name)}`, line)
    else if (isDeepest) this.#find(`nested deeper than ${NESTING_MAX}: {{#${name}}}`, line)
    else if (/^$|^[^(]*\s/.test(param)) this.#find(`${name} takes one tag`, line)
    else if (this.#isTag(param, line))
      outer.push({ tag: param, isNegated: name === 'unless', body: this.#nodes, otherwise })
  }

  #enter(name: string, line: number): Block {
    const block = { name, line, outer: this.#nodes, otherwise: [], hasElse: false }
    this.#blocks.push(block)
    this.#nodes = []
    return block
  }

  #else(line: number): void {
    const block = this.#blocks.at(-1)
    if (!block) {
      this.#find('{{else}} stands in no block', line)
      return
    }
    if (block.hasElse) this.#find(`second {{else}} in {{#${excerpt(block.name)}}}`, line)
    block.hasElse = true
    this.#nodes = block.otherwise
  }

  #close(name: string, line: number): void {
    const block = this.#blocks.pop()
    const end = `{{/${excerpt(name)}}}`
    if (!block) this.#find(`${end} closes nothing`, line)
    else if (name !== block.name)
      this.#find(`${end} does not close {{#${excerpt(block.name)}}}`, line)
    this.#nodes = block?.outer ?? this.root
  }

  /** Whether it is a tag; a finding if not. */
  #isTag(text: string, line: number): text is Tag {
    const isTag = TAGS.some((tag) => tag === text)
    if (!isTag) this.#find(problemOf(text), line)
    return isTag
  }

  #find(what: string, line: number): void {
    this.findings.push({ what, line })
  }
}

/** What is wrong with something that stands where a tag should. */
function problemOf(text: string): string {
  const name = excerpt(text.split(/\s/)[0] ?? '')
  if (text === '') return 'no tag between the braces'
  if (name === 'else') return `else takes nothing: ${excerpt(text)}`
  if (text.endsWith('~')) return `not allowed: ${excerpt(text)}`
  if (text.startsWith('(')) return `sub-expression not allowed: ${excerpt(innermost(text))}`
  if (LITERAL.test(text)) return `value not allowed: ${excerpt(text)}`
  if (/[\s=|]/.test(text)) return `helper not allowed: ${name}`
  if (text === 'this' || /[./@[\]]/.test(text)) return `path not allowed: ${name}`
  return `unknown tag: ${name}`
}

const LITERAL = /^(["'].*|true|false|null|undefined|-?\d+(\.\d+)?)$/s

/** The first name in parentheses. */
function innermost(expression: string): string {
  return /[^\s()]+/.exec(expression)?.[0] ?? expression
}

/** PostgreSQL cannot store all of them, and none belongs into a page or a mail. */
function controlCharactersIn(source: string): Finding[] {
  return source.split(/\r\n?|\n/).flatMap((text, at) => {
    const found = /[^\P{Cc}\t]/u.exec(text)
    const code = found?.[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    return found ? [{ what: `control character not allowed: U+${code}`, line: at + 1 }] : []
  })
}
