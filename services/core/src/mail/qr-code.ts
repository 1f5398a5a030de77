import { PNG } from 'pngjs'
import { encode } from 'uqr'
import type { MailAttachment } from './logo.js'

/** A mail holds one code at most. */
export const QR_CID = 'qr@defguard'

/** Pixels per module; mail programs show images smaller than they are, but never sharper. */
const SCALE = 6
/** The quiet zone that scanners need (ISO/IEC 18004): four modules of white, in dark mode too. */
const BORDER = 4
const BLACK = 0
const WHITE = 255
/** Shades of grey as they are, one byte for each pixel. */
const GREY = { inputColorType: 0, inputHasAlpha: false, colorType: 0, filterType: 0 } as const

/** A QR code as a part of the mail: a PNG, for mail programs show no SVG. */
export function qrAttachment(payload: string): MailAttachment {
  const { data: rows, size } = encode(payload, { ecc: 'M', border: BORDER })
  const width = size * SCALE
  const pixels = Buffer.alloc(width * width, WHITE)
  for (const [row, modules] of rows.entries()) {
    for (const [column, isDark] of modules.entries()) {
      for (let y = row * SCALE; isDark && y < (row + 1) * SCALE; y++) {
        const from = y * width + column * SCALE
        pixels.fill(BLACK, from, from + SCALE)
      }
    }
  }
  const picture = Object.assign(new PNG({ width, height: width }), { data: pixels })
  const content = PNG.sync.write(picture, GREY)
  return { cid: QR_CID, filename: 'qr-code.png', contentType: 'image/png', content }
}
