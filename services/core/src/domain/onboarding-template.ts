import Handlebars from 'handlebars'

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

const BYTES_MAX = 32 * 1024
const NESTING_MAX = 5

export interface Template {
  /** Puts the text of each tag in its place; a condition holds when its tag's text is not empty. */
  render(textOf: (tag: Tag) => string): string
}

export type Parsed = { template: Template } | { findings: string[] }

/**
 * Reads a template: `{{ tag }}`, `{{#if tag}}…{{else}}…{{/if}}`, `{{#unless tag}}` and comments.
 * Everything else is a finding that names it and its line.
 */
export function parseTemplate(source: string): Parsed {
  if (Buffer.byteLength(source) > BYTES_MAX) return { findings: ['longer than 32 KiB'] }
  let tree: hbs.AST.Program
  try {
    tree = Handlebars.parseWithoutProcessing(source)
  } catch (err) {
    return { findings: [syntaxFinding(err)] }
  }
  const findings = findingsIn(tree, 0)
  if (findings.length > 0) return { findings }
  const { body } = Handlebars.parse(source)
  return { template: { render: (textOf) => evaluate(body, textOf) } }
}

// Handlebars only parses: its compiler makes code of a text that an admin typed, and knows far more
// than this language has.
function evaluate(body: readonly hbs.AST.Statement[], textOf: (tag: Tag) => string): string {
  const parts = body.map((statement) => {
    if (isContent(statement)) return statement.value
    if (isMustache(statement)) return textOf(tagOf(statement.path))
    if (!isBlock(statement)) return ''
    const isTrue = textOf(tagOf(statement.params[0])) !== ''
    const branch =
      isTrue === (nameOf(statement.path) === 'if') ? statement.program : statement.inverse
    return evaluate(branch?.body ?? [], textOf)
  })
  return parts.join('')
}

function findingsIn(program: hbs.AST.Program | undefined, depth: number): string[] {
  return (program?.body ?? []).flatMap((statement) => {
    const finding = (what: string) => `${what} (line ${statement.loc.start.line})`
    if (isMustache(statement)) return problemsOfMustache(statement).map(finding)
    if (isBlock(statement)) {
      const problems = problemsOfBlock(statement)
      if (depth === NESTING_MAX) problems.push(`nested deeper than ${NESTING_MAX}`)
      if (problems.length > 0) return problems.map(finding)
      return [statement.program, statement.inverse].flatMap((part) => findingsIn(part, depth + 1))
    }
    const refused = NOT_ALLOWED[statement.type]
    return refused === undefined ? [] : [finding(`${refused} not allowed: ${nameOf(statement)}`)]
  })
}

const NOT_ALLOWED: Readonly<Record<string, string>> = {
  PartialStatement: 'partial',
  PartialBlockStatement: 'partial',
  Decorator: 'decorator',
  DecoratorBlock: 'decorator',
}

function problemsOfMustache(statement: hbs.AST.MustacheStatement): string[] {
  const name = nameOf(statement.path)
  // The parser leaves open which of the two it was.
  if (!statement.escaped) return [`unescaped output not allowed: {{{${name}}}} or {{&${name}}}`]
  if (hasArguments(statement)) return [`helper not allowed: ${name}`]
  return problemsOfTag(statement.path)
}

function problemsOfBlock(block: hbs.AST.BlockStatement): string[] {
  const name = nameOf(block.path)
  if (name !== 'if' && name !== 'unless') return [`block not allowed: ${name}`]
  if (!block.program) return [`block not allowed: ^${name}`]
  const isPlain = block.params.length === 1 && !block.hash && !block.program.blockParams
  if (!isPlain) return [`${name} takes one tag`]
  return problemsOfTag(block.params[0])
}

function problemsOfTag(path: hbs.AST.Expression | undefined): string[] {
  const name = nameOf(path)
  if (path?.type === 'SubExpression') return [`sub-expression not allowed: ${name}`]
  if (path?.type !== 'PathExpression') return [`value not allowed: ${name}`]
  const { depth, data, parts } = path as hbs.AST.PathExpression
  if (data || depth > 0 || parts.length !== 1) return [`path not allowed: ${name}`]
  return isTag(name) ? [] : [`unknown tag: ${name}`]
}

function hasArguments({ params, hash }: { params: readonly unknown[]; hash?: unknown }): boolean {
  return params.length > 0 || hash !== undefined
}

function isTag(name: string): name is Tag {
  return TAGS.some((tag) => tag === name)
}

function tagOf(path: hbs.AST.Expression | undefined): Tag {
  const name = nameOf(path)
  if (!isTag(name)) throw new Error('A template was evaluated that was not checked.')
  return name
}

function nameOf(node: object | undefined): string {
  const { original, path, name } = node as { original?: unknown; path?: object; name?: object }
  if (original !== undefined) return String(original)
  return path || name ? nameOf(path ?? name) : ''
}

const isContent = (node: hbs.AST.Node): node is hbs.AST.ContentStatement =>
  node.type === 'ContentStatement'
const isMustache = (node: hbs.AST.Node): node is hbs.AST.MustacheStatement =>
  node.type === 'MustacheStatement'
const isBlock = (node: hbs.AST.Node): node is hbs.AST.BlockStatement =>
  node.type === 'BlockStatement'

/** The parser's message without its drawing of the place and its list of grammar symbols. */
function syntaxFinding(err: unknown): string {
  const message = err instanceof Error ? err.message : String(err)
  const mismatch = /^(\S+) doesn't match (\S+) - (\d+):/.exec(message)
  if (mismatch)
    return `{{/${mismatch[2]}}} does not close {{#${mismatch[1]}}} (line ${mismatch[3]})`
  const line = /on line (\d+)/.exec(message)?.[1]
  return line === undefined ? 'cannot be read' : `cannot be read (line ${line})`
}
