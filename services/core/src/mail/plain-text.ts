import type { Block, Fact } from './blocks.js'

/** Lines of mail are to have 78 characters at most (RFC 5322, §2.1.1), and get longer when quoted. */
const LINE_LENGTH = 72

/** A mail for those who read no HTML: the same words, each link in full on a line of its own. */
export function toPlainText(blocks: readonly Block[], footer: string): string {
  return [...blocks.map(blockToText), `-- \n${wrapped(footer)}\n`].join('\n\n')
}

function blockToText(block: Block): string {
  switch (block.type) {
    case 'title':
      return `${wrapped(block.text)}\n${'-'.repeat(Math.min(lengthOf(block.text), LINE_LENGTH))}`
    case 'button':
      return `${wrapped(`${block.label}:`)}\n${block.url}`
    // The HTML shows it; the values that it holds stand in this text, too.
    case 'qr':
      return `[${block.alt}]`
    case 'facts':
      return block.facts.map(factToText).join('\n')
    case 'quote':
      return wrapped(block.text.replace(/^/gm, '> '))
    case 'heading':
    case 'paragraph':
    case 'markdown':
      return wrapped(block.text)
  }
}

/** What is to be copied has a line to itself. */
function factToText({ label, value, isCode }: Fact): string {
  return isCode ? `${label}:\n${value}` : wrapped(`${label}: ${value}`, '  ')
}

/** Breaks lines between words; what has none, such as a link, stays whole. */
export function wrapped(text: string, indent = ''): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, indent))
    .join('\n')
}

/** The marks of a quote, which every line of it has, and of a list, under whose text the rest stands. */
const BEGINNING = /^((?:> ?)*)( *)([-*] |\d+\. )?/

function wrapLine(line: string, indent: string): string {
  const [all = '', quote = '', space = '', marker = ''] = BEGINNING.exec(line) ?? []
  // Lines that are indented so far are code.
  if (lengthOf(line) <= LINE_LENGTH || (space.length >= 4 && marker === '')) return line
  const rest = quote + ' '.repeat(space.length + marker.length) + indent
  const [first = '', ...words] = line.slice(all.length).split(' ')
  const lines = [all + first]
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`
    if (lengthOf(longer) <= LINE_LENGTH) lines[lines.length - 1] = longer
    else lines.push(rest + word)
  }
  return lines.map((one) => one.trimEnd()).join('\n')
}

function lengthOf(text: string): number {
  return [...text].length
}
