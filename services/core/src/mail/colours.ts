/** Colours are written as settings have them: `#0b5fff`. */
export const DEFAULT_ACCENT = '#0b5fff'

/** What people read on, by day and by night. */
export const CARD = { light: '#ffffff', dark: '#1e2126' } as const

/** Below it a shape cannot be told from what is around it. */
const SHAPE_CONTRAST_MIN = 1.3
const EDGE = '#8c959f'

/** Black or white, whichever reads better on a colour; one of the two has a contrast of 4.5 at least. */
export function readableOn(colour: string): '#000000' | '#ffffff' {
  return contrast(colour, '#000000') > contrast(colour, '#ffffff') ? '#000000' : '#ffffff'
}

/** The edge of a coloured shape: its own colour, unless that is lost on the background. */
export function edgeOn(background: string, colour: string): string {
  return contrast(colour, background) < SHAPE_CONTRAST_MIN ? EDGE : colour
}

/** From 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
}
