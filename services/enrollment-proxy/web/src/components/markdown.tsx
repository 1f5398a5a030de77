import MarkdownIt, { type Token } from 'markdown-it'
import { createElement, Fragment, type ReactNode, useMemo } from 'react'
import { OutsideLink } from './link.js'

/*
 * Markdown as React elements: nothing is ever parsed as HTML, so what the text may show is this
 * list of elements. Images stay out, because a remote one would tell its server who reads.
 */

const ELEMENTS = new Set([
  ...['p', 'ul', 'ol', 'li', 'blockquote', 'strong', 'em', 's', 'code', 'pre', 'hr', 'br'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
])
const LINKS = /^(https?:|mailto:)/i
/** The page has a heading and the message has one too, so the message's own begin below. */
const HEADING_TOP = 3
const HEADING_BOTTOM = 6

export function Markdown({ source }: { source: string }) {
  const content = useMemo(() => {
    const parser = new MarkdownIt({ html: false, linkify: true })
    return toNodes(withSteadyHeadings(parser.parse(source, {})))
  }, [source])
  // The company may not have its words in the language of the page.
  return (
    <div className="message" dir="auto">
      {content}
    </div>
  )
}

/** Headings of a text may skip levels (`#`, then `###`); a page must not. */
function withSteadyHeadings(tokens: Token[]): Token[] {
  const open: number[] = []
  for (const token of tokens) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue
    const level = Number(token.tag.slice(1))
    if (token.type === 'heading_open') {
      while ((open.at(-1) ?? 0) >= level) open.pop()
      open.push(level)
    }
    token.tag = `h${Math.min(HEADING_TOP + open.length - 1, HEADING_BOTTOM)}`
  }
  return tokens
}

function toNodes(tokens: readonly Token[]): ReactNode[] {
  const nodes: ReactNode[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (!token) continue
    if (token.nesting === 1) {
      const end = closingOf(tokens, at)
      nodes.push(toElement(token, at, toNodes(tokens.slice(at + 1, end))))
      at = end
    } else {
      nodes.push(toLeaf(token, at))
    }
  }
  return nodes
}

function closingOf(tokens: readonly Token[], opening: number): number {
  let depth = 0
  for (let at = opening; at < tokens.length; at++) {
    depth += tokens[at]?.nesting ?? 0
    if (depth === 0) return at
  }
  return tokens.length
}

function toElement(token: Token, key: number, children: ReactNode[]): ReactNode {
  if (token.type === 'link_open') return toLink(token, key, children)
  const isHidden = token.hidden // the paragraphs of a tight list
  const isKnown = ELEMENTS.has(token.tag) || token.type === 'heading_open'
  if (isHidden || !isKnown) return <Fragment key={key}>{children}</Fragment>
  const start = token.attrGet('start')
  return createElement(token.tag, { key, ...(start && { start: Number(start) }) }, ...children)
}

function toLink(token: Token, key: number, children: ReactNode[]): ReactNode {
  const href = String(token.attrGet('href') ?? '')
  if (!LINKS.test(href)) return <Fragment key={key}>{children}</Fragment>
  return (
    <OutsideLink key={key} href={href}>
      {children}
    </OutsideLink>
  )
}

function toLeaf(token: Token, key: number): ReactNode {
  switch (token.type) {
    case 'inline':
      return <Fragment key={key}>{toNodes(token.children ?? [])}</Fragment>
    case 'softbreak':
      return '\n'
    case 'hardbreak':
      return <br key={key} />
    case 'hr':
      return <hr key={key} />
    case 'code_inline':
      return (
        <code key={key} dir="ltr">
          {token.content}
        </code>
      )
    case 'fence':
    case 'code_block':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled by keyboard too
        <pre key={key} tabIndex={0} dir="ltr">
          <code>{token.content}</code>
        </pre>
      )
    default:
      return token.content // text, and of an image its description
  }
}
