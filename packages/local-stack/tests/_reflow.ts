import type { Page } from 'playwright-core'

/** A phone of the narrowest kind, which is also a wide window at 400 %, and half a laptop: 200 %. */
const SIZES = [
  { width: 320, height: 640 },
  { width: 640, height: 400 },
]
/** What a person may set without losing anything (WCAG 1.4.12). */
const TEXT_SPACING = `
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-block-end: 2em !important }`

/**
 * What is cut off, or scrolls sideways, in narrow and in zoomed windows (WCAG 1.4.4, 1.4.10), each
 * time with wide text as well. The window is as before afterwards.
 */
export async function findLosses(page: Page): Promise<string[]> {
  const before = page.viewportSize()
  const found: string[] = []
  for (const size of SIZES) {
    await page.setViewportSize(size)
    for (const isSpaced of [false, true]) {
      await spaceText(page, isSpaced)
      const lost = await page.evaluate(lostHere)
      found.push(...lost.map((what) => `${size.width} px${isSpaced ? ', spaced' : ''}: ${what}`))
    }
    await spaceText(page, false)
  }
  if (before) await page.setViewportSize(before)
  return found
}

/** A constructed style sheet, which the policy of the page does not forbid. */
async function spaceText(page: Page, isSpaced: boolean): Promise<void> {
  await page.evaluate(
    (styles) => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(styles)
      document.adoptedStyleSheets = [sheet]
    },
    isSpaced ? TEXT_SPACING : '',
  )
}

/** Runs in the page. */
function lostHere(): string[] {
  const lost: string[] = []
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) lost.push(`the page is ${scrollWidth} px wide`)
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    // A field may hold more than it shows.
    if (element.closest('svg, select, input, textarea')) continue
    const text = element.textContent?.trim().slice(0, 40)
    const isTooWide = element.scrollWidth > element.clientWidth + 1
    const isTooHigh = element.scrollHeight > element.clientHeight + 1
    // What only a screen reader gets to hear is a pixel wide.
    if (!text || element.clientWidth <= 1 || !(isTooWide || isTooHigh)) continue
    const { overflowX, overflowY } = getComputedStyle(element)
    if (isTooWide && overflowX !== 'visible') lost.push(`“${text}” is wider than its place`)
    if (isTooHigh && ['hidden', 'clip'].includes(overflowY)) lost.push(`“${text}” is cut off`)
  }
  return lost
}
