import type { Locator, Page } from 'playwright-core'

/** More than there is to focus on any screen. */
const STOPS_MAX = 60

/** Somebody who has no mouse: Tab, Enter, Space and letters. */
export class Keyboard {
  /** What had the focus without showing it. */
  readonly unseen: string[] = []

  constructor(private readonly page: Page) {}

  /** Goes on from element to element until this one has the focus. @throws when it is never reached */
  async to(target: Locator): Promise<void> {
    for (let stops = 0; stops < STOPS_MAX; stops++) {
      await this.page.keyboard.press('Tab')
      const hidden = await this.page.evaluate(unseenFocus)
      if (hidden) this.unseen.push(hidden)
      if (await target.evaluate((element) => element === document.activeElement)) return
    }
    throw new Error(`The keyboard does not lead to ${target}`)
  }

  async press(target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
    await this.to(target)
    await this.page.keyboard.press(key)
  }

  async type(target: Locator, text: string): Promise<void> {
    await this.to(target)
    await this.page.keyboard.press('Control+A')
    await this.page.keyboard.type(text)
  }
}

/** Runs in the page: the focused element, if nothing around it tells that it is focused. */
function unseenFocus(): string | undefined {
  const focused = document.activeElement
  if (!focused || focused === document.body) return undefined // on its way through the browser
  const { width, height } = focused.getBoundingClientRect()
  const isMarked = (element: Element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
  }
  if (width > 0 && height > 0 && isMarked(focused)) return undefined
  return focused.outerHTML.slice(0, 120)
}

export function hasFocus(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement)
}
