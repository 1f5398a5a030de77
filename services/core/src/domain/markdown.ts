import MarkdownIt from 'markdown-it'
import sanitizeHtml from 'sanitize-html'
import { tokensToText } from './markdown-text.js'

const markdown = new MarkdownIt('commonmark', { html: false })
// A picture would be fetched from elsewhere: its description stands for it.
markdown.renderer.rules.image = (tokens, at) => markdown.utils.escapeHtml(tokens[at]?.content ?? '')

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6']
const BLOCKS = ['p', 'ul', 'ol', 'li', 'blockquote', 'pre', 'hr', 'br']
/** Where a link may lead: in a mailbox nothing is relative to anything. */
export const LINK = /^(https?:|mailto:)/i
const OUTSIDE = { rel: 'noopener noreferrer nofollow', target: '_blank' }
const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [...HEADINGS, ...BLOCKS, 'strong', 'em', 'code', 'a'],
  allowedAttributes: { a: ['href', 'title', 'rel', 'target'], ol: ['start'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  transformTags: {
    a: (tagName, { href = '', ...attribs }) => {
      if (!LINK.test(href)) return { tagName, attribs }
      return { tagName, attribs: { href, ...attribs, ...OUTSIDE } }
    },
  },
}

/** Markdown as HTML that is safe to show: text-level markup, lists, links, and nothing from elsewhere. */
export function markdownToHtml(text: string): string {
  return sanitizeHtml(markdown.render(text), ALLOWED)
}

/** Markdown as a person would type it into a plain text mail. */
export function markdownToText(text: string): string {
  return tokensToText(markdown.parse(text, {}))
}
