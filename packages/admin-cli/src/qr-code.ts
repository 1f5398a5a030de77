import { renderUnicodeCompact } from 'uqr'
import type { Text } from './table.js'

/** Cameras need some quiet space around. */
const BORDER = 2
const WHITE_ON_BLACK = '\u001b[97;40m'
const RESET = '\u001b[0m'

/** A QR code of half blocks; on a terminal in fixed colours, since light themes would invert it. */
export function qrCode(payload: string): Text {
  const lines = renderUnicodeCompact(payload, { border: BORDER }).split('\n')
  return ({ columns }) => {
    if (columns === undefined) return `${lines.join('\n')}\n`
    const width = lines[0]?.length ?? 0
    if (columns < width) return `(The QR code needs a terminal of ${width} columns.)\n`
    return lines.map((line) => `${WHITE_ON_BLACK}${line}${RESET}\n`).join('')
  }
}
