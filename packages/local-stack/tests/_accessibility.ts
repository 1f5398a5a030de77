import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

export const THEMES = ['light', 'dark'] as const

/** The rules of WCAG 2.2 AA that a machine can check, in both themes. */
export async function findBarriers(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme })
    found.push(...(await barriersIn(page, theme)))
  }
  return found
}

/** The rules whose verdict can differ between two themes: these change colours and nothing else. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** The same in the theme that is shown; in the dark one only what the light one cannot tell. */
export async function barriersIn(page: Page, theme: (typeof THEMES)[number]): Promise<string[]> {
  const axe = new AxeBuilder({ page })
  const chosen =
    theme === 'dark'
      ? axe.withRules(COLOUR_RULES)
      : axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
  const { violations } = await chosen.analyze()
  const found = violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)
  return [...found, ...(await page.evaluate(brokenReferences))].map((each) => `${theme}: ${each}`)
}

/** Runs in the page: what points to a name or a description that is not there. */
function brokenReferences(): string[] {
  return ['aria-describedby', 'aria-labelledby'].flatMap((attribute) =>
    [...document.querySelectorAll(`[${attribute}]`)]
      .filter((element) => {
        const ids = element.getAttribute(attribute)?.split(/\s+/) ?? []
        return ids.some((id) => !document.getElementById(id))
      })
      .map((element) => `${attribute} ${element.outerHTML.slice(0, 120)}`),
  )
}
