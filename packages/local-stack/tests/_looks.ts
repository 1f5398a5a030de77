import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { barriersIn, THEMES } from './_accessibility.js'
import { findLosses } from './_reflow.js'
import type { Wizard } from './_wizard.js'

const FOLDER = fileURLToPath(new URL('../../../screenshots/wizard/', import.meta.url))

/** They are for people, and drawing them takes minutes: `pnpm pictures` asks for them. */
const KEEPS_PICTURES = process.env.WIZARD_PICTURES === '1'

export const DESKTOP_VIEW = { viewport: { width: 1280, height: 800 } }
export const PHONE_VIEW = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

/** What is looked for on each screen, beside its heading. */
export interface LookOptions {
  /** A folder for the pictures, such as `de-phone`. */
  readonly place: string
  readonly barriers?: boolean
  readonly losses?: boolean
}

/** Looks at one screen after the other in both themes, and keeps pictures where they are wanted. */
export class Looks {
  readonly found: string[] = []

  constructor(
    private readonly wizard: Wizard,
    private readonly options: LookOptions,
  ) {}

  /** The screen is known by its heading. */
  async at(title: string | RegExp, screen: string): Promise<void> {
    const { wizard, options } = this
    await wizard.at(title)
    for (const theme of KEEPS_PICTURES || options.barriers ? THEMES : []) {
      await wizard.page.emulateMedia({ colorScheme: theme })
      if (KEEPS_PICTURES) await keepPicture(wizard.page, options.place, `${screen}-${theme}`)
      if (options.barriers) this.add(screen, await barriersIn(wizard.page, theme))
    }
    if (options.losses) this.add(screen, await findLosses(wizard.page))
  }

  private add(screen: string, found: readonly string[]): void {
    this.found.push(...found.map((each) => `${screen}: ${each}`))
  }
}

/** In a folder that git ignores. The window takes the height of the page, so that nothing floats. */
async function keepPicture(page: Page, folder: string, name: string): Promise<void> {
  mkdirSync(join(FOLDER, folder), { recursive: true })
  const window = page.viewportSize() ?? DESKTOP_VIEW.viewport
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  const isLong = height > window.height
  if (isLong) await page.setViewportSize({ ...window, height })
  await page.screenshot({ path: join(FOLDER, folder, `${name}.png`) })
  if (isLong) await page.setViewportSize(window)
}
