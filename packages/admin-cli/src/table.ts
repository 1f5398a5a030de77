import { cutToWidth, displayWidth } from './display-width.js'

/** What a text may know of where it is printed. */
export interface Surface {
  /** Width of the terminal in cells; absent where there is none: then nothing is cut. */
  readonly columns: number | undefined
}

/** A text for people. */
export type Text = (surface: Surface) => string

export type Cell = string | number | undefined

const GAP = '  '
const CELL_WIDTH_MIN = 8

/** One line per row under a line of titles; a terminal that is too narrow gets shorter cells. */
export function table<Row>(
  rows: readonly Row[],
  columns: Readonly<Record<string, (row: Row) => Cell>>,
): Text {
  return ({ columns: widthMax }) => {
    if (rows.length === 0) return ''
    const cells = rows.map((row) => Object.values(columns).map((cell) => plain(cell(row))))
    const lines = [Object.keys(columns), ...cells]
    const widths = fit(
      Object.keys(columns).map((_, i) => Math.max(...lines.map((line) => width(line, i)))),
      widthMax,
    )
    return lines.map((line) => alignLine(line, widths)).join('')
  }
}

/** One line per fact, the facts' names first. Never cut: here people copy from. */
export function facts(entries: Readonly<Record<string, Cell>>): Text {
  const names = Object.keys(entries)
  const nameWidth = Math.max(...names.map(displayWidth))
  return () => names.map((name) => alignLine([name, plain(entries[name])], [nameWidth, 0])).join('')
}

/** Texts below one another, with an empty line between; empty ones leave no trace. */
export function sections(...texts: readonly Text[]): Text {
  return (surface) =>
    texts
      .map((text) => text(surface))
      .filter((text) => text !== '')
      .join('\n')
}

/** A text as it is, ending with a line break. */
export function verbatim(text: string): Text {
  return () => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
}

/**
 * A value in one line. Control characters could move the cursor or colour the screen, and the marks
 * that turn the writing direction could make one name look like another.
 */
export function plain(value: Cell): string {
  if (value === undefined || value === '') return '-'
  return String(value)
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}

function alignLine(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, i) => {
    const widthMax = widths[i] || Number.POSITIVE_INFINITY
    const shown = cutToWidth(cell, widthMax)
    return shown + ' '.repeat(Math.max(0, (widths[i] ?? 0) - displayWidth(shown)))
  })
  return `${padded.join(GAP).trimEnd()}\n`
}

/** Takes from the widest columns until the line fits, or nothing more can be taken. */
function fit(widths: readonly number[], widthMax: number | undefined): readonly number[] {
  const fitted = [...widths]
  const excess = () =>
    fitted.reduce((sum, width) => sum + width, GAP.length * (fitted.length - 1)) - (widthMax ?? 0)
  while (widthMax !== undefined && excess() > 0) {
    const widest = Math.max(...fitted)
    if (widest <= CELL_WIDTH_MIN) break
    fitted[fitted.indexOf(widest)] = widest - 1
  }
  return fitted
}

function width(line: readonly string[], column: number): number {
  return displayWidth(line[column] ?? '')
}
