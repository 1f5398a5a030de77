import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { MAIL_KINDS } from '@defguard/core/mail/contents'
import { type Branding, type RenderedMail, renderMail } from '@defguard/core/mail/render'
import { afterAll, beforeAll, expect } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { LANGUAGES } from '../../../services/core/src/domain/language.js'
import { sampleMail } from '../../../services/core/tests/_mail-samples.js'
import { findBarriers } from './_accessibility.js'
import { launchBrowser, type Visit, visit } from './_browser.js'
import { itUnless, lackOfBrowser } from './_machine.js'

const FOLDER = fileURLToPath(new URL('../../../screenshots/mails/', import.meta.url))
const [PHONE, DESK] = [320, 600]
const TIMEOUT_MS = 60_000

let browser: Browser
let visited: Visit
/** Each language in other clothes, so that all of them are seen. */
let clothes: Record<(typeof LANGUAGES)[number], Branding>
const itInBrowser = itUnless(lackOfBrowser)

beforeAll(async () => {
  if (lackOfBrowser) return
  await mkdir(FOLDER, { recursive: true })
  browser = await launchBrowser()
  visited = await visit(browser)
  const instanceName = 'Example Corp'
  clothes = {
    en: { instanceName },
    pl: { instanceName, accentColor: '#ffd500', logo: await drawLogo(visited.page) },
    de: { instanceName, accentColor: '#1e2126' },
  }
})
afterAll(() => browser?.close())

/** A company's logo as they often are: dark, on nothing. */
function drawLogo(page: Page): Promise<string> {
  return page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 120 })
    const context = canvas.getContext('2d')
    if (!context) throw new Error('This browser cannot draw.')
    context.fillStyle = '#12305a'
    context.fillRect(0, 20, 80, 80)
    context.font = 'bold 64px sans-serif'
    context.fillText('Example', 110, 84)
    return canvas.toDataURL('image/png')
  })
}

/** The mail as a program shows it that has all its parts at hand. */
function withParts({ html, attachments }: RenderedMail): string {
  return attachments.reduce((rest, { cid, contentType, content }) => {
    if (!rest.includes(`cid:${cid}`)) throw new Error(`Nothing shows the part ${cid}.`)
    return rest.replaceAll(`cid:${cid}`, `data:${contentType};base64,${content.toString('base64')}`)
  }, html)
}

/** What is wrong with a mail on a screen of this width. */
async function findFaults(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 800 })
  return page.evaluate((wanted) => {
    const { scrollWidth } = document.documentElement
    const broken = [...document.images].filter((image) => image.naturalWidth === 0)
    return [
      ...(scrollWidth > wanted ? [`needs ${scrollWidth} of ${wanted} pixels`] : []),
      ...broken.map((image) => `has no picture for ${image.src}`),
    ]
  }, width)
}

for (const kind of MAIL_KINDS) {
  itInBrowser(
    `shows ${kind} whole, by day and by night, on a desk and on a phone`,
    async () => {
      const { page, requests } = visited
      for (const language of LANGUAGES) {
        const mail = renderMail(sampleMail(kind, language), clothes[language])
        await page.setContent(withParts(mail))
        expect([...(await findFaults(page, PHONE)), ...(await findFaults(page, DESK))]).toEqual([])
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          const path = `${FOLDER}${kind}-${language}-${colorScheme}.png`
          await page.screenshot({ path, fullPage: true })
        }
      }
      expect(requests.filter(({ url }) => !url.startsWith('data:'))).toEqual([])
    },
    TIMEOUT_MS,
  )
}

itInBrowser(
  'has no mail in which a machine finds a barrier',
  async () => {
    const { page } = visited
    const mails = MAIL_KINDS.map((kind) => renderMail(sampleMail(kind, 'pl'), clothes.pl))
    // One below the other, since their heads are alike: the machine takes a second for each page.
    const [first = '', ...others] = mails.map(withParts)
    const bodies = others.map((html) => /<body[^>]*>(.*)<\/body>/s.exec(html)?.[1])
    await page.setContent(first.replace('</body>', () => `${bodies.join('')}</body>`))
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(MAIL_KINDS.length)
    expect(await findBarriers(page)).toEqual([])
  },
  TIMEOUT_MS,
)
