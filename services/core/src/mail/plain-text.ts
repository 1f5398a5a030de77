import type { Block } from './blocks.js'

/** A mail for those who read no HTML: the same words, each link in full on a line of its own. */
export function toPlainText(blocks: readonly Block[], footer: string): string {
  return [...blocks.map(blockToText), `-- \n${footer}\n`].join('\n\n')
}

function blockToText(block: Block): string {
  switch (block.type) {
    case 'title':
      return `${block.text}\n${'-'.repeat([...block.text].length)}`
    case 'button':
      return `${block.label}:\n${block.url}`
    // The HTML shows it; the values that it holds stand in this text, too.
    case 'qr':
      return `[${block.alt}]`
    case 'facts':
      return block.facts.map(({ label, value }) => `${label}: ${value}`).join('\n')
    case 'quote':
      return block.text.replace(/^/gm, '> ')
    case 'heading':
    case 'paragraph':
    case 'markdown':
      return block.text
  }
}
