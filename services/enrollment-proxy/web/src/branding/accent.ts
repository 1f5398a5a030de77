/*
 * A company's accent colour, made readable: WCAG 2.2 wants 4.5:1 for text and 3:1 for the edges of
 * controls, whatever colour an admin picked.
 */

const TEXT_CONTRAST = 4.5
const WHITE: Rgb = [255, 255, 255]
const INK: Rgb = [16, 20, 25]

/** The lightest and darkest backgrounds on which accent text stands; those of styles/theme.css. */
const LIGHT_GROUND: Rgb = [237, 239, 244]
const DARK_GROUND: Rgb = [36, 43, 52]

type Rgb = readonly [number, number, number]

export interface AccentTones {
  /** Fill of buttons and the colour of links. */
  readonly accent: string
  /** Text on that fill. */
  readonly onAccent: string
}

/** Undefined when the text is no colour in the form `#rrggbb` or `#rgb`. */
export function accentFor(color: string, scheme: 'light' | 'dark'): AccentTones | undefined {
  const base = parseColor(color)
  if (!base) return undefined
  const ground = scheme === 'light' ? LIGHT_GROUND : DARK_GROUND
  const target = scheme === 'light' ? INK : WHITE
  const accent = untilReadable(base, target, ground)
  const onAccent = contrast(accent, WHITE) >= TEXT_CONTRAST ? WHITE : INK
  return { accent: toHex(accent), onAccent: toHex(onAccent) }
}

/** Mixes towards `target` in small steps until the colour can be read on `ground`. */
function untilReadable(base: Rgb, target: Rgb, ground: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = mix(base, target, share)
    if (contrast(mixed, ground) >= TEXT_CONTRAST) return mixed
  }
  return target
}

export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

/** Relative luminance, WCAG 2.2. */
function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

export function parseColor(text: string): Rgb | undefined {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1]
  if (!digits) return undefined
  const long = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits
  const value = Number.parseInt(long, 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const between = (at: 0 | 1 | 2) => Math.round(from[at] + (to[at] - from[at]) * share)
  return [between(0), between(1), between(2)]
}

function toHex(color: Rgb): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}
