import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

export const THEMES = ['light', 'dark'] as const

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The rules of WCAG 2.2 AA that a machine can check, in both themes. */
export async function findBarriers(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme })
    found.push(...(await barriersIn(page, theme)))
  }
  return found
}

type Rules = NonNullable<RunOptions['runOnly']>

const RULES: Readonly<Record<(typeof THEMES)[number], Rules>> = {
  light: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  // The only ones whose verdict can differ between two themes: these change colours and nothing else.
  dark: ['color-contrast', 'link-in-text-block'],
}

/** The same in the theme that is shown; in the dark one only what the light one cannot tell. */
export async function barriersIn(page: Page, theme: (typeof THEMES)[number]): Promise<string[]> {
  // Once per document: reading half a megabyte of rules takes longer than applying them.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  const violations = await page.evaluate(violationsHere, RULES[theme])
  return [...violations, ...(await page.evaluate(brokenReferences))].map(
    (each) => `${theme}: ${each}`,
  )
}

/** Runs in the page. */
async function violationsHere(runOnly: Rules): Promise<string[]> {
  const { axe } = window as unknown as { axe: typeof import('axe-core') }
  const { violations } = await axe.run({ runOnly, resultTypes: ['violations'] })
  return violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)
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
