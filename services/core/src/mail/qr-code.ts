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

/** A QR code as a part of the mail: a PNG, for mail programs show no SVG. */
export function qrAttachment(payload: string): MailAttachment {
  const { data: modules, size } = encode(payload, { ecc: 'M', border: BORDER })
  const width = size * SCALE
  const png = new PNG({ width, height: width })
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const isDark = modules[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)] === true
      const shade = isDark ? BLACK : WHITE
      png.data.set([shade, shade, shade, WHITE], (y * width + x) * 4)
    }
  }
  const content = PNG.sync.write(png, { colorType: 0 })
  return { cid: QR_CID, filename: 'qr-code.png', contentType: 'image/png', content }
}
