import { readFile } from 'node:fs/promises'
import { unzipSync } from 'fflate'
import type { Locator, Page } from 'playwright-core'
import { readQrCode } from './_browser.js'
import { waitFor } from './_wait.js'

/** One location's configuration by each of the ways in which the page gives it away. */
export interface GivenConfig {
  readonly fileName: string
  readonly downloaded: string
  readonly copied: string
  readonly scanned: string | undefined
}

/** Clicks a button and reads what the browser saves then. */
export async function saved(button: Locator): Promise<{ fileName: string; content: Buffer }> {
  const [download] = await Promise.all([button.page().waitForEvent('download'), button.click()])
  return { fileName: download.suggestedFilename(), content: await readFile(await download.path()) }
}

/** Takes the configuration of a location in every way; the context must allow the clipboard. */
export async function takeConfig(page: Page, location: string): Promise<GivenConfig> {
  const card = page.getByRole('listitem').filter({
    has: page.getByRole('heading', { level: 2, name: location, exact: true }),
  })
  const { fileName, content } = await saved(card.getByRole('button', { name: /^Download / }))
  await page.evaluate(() => navigator.clipboard.writeText(''))
  await card.getByRole('button', { name: `Copy the configuration for ${location}` }).click()
  const copied = await waitFor(
    'the copied configuration',
    async () => (await page.evaluate(() => navigator.clipboard.readText())) || undefined,
  )
  const code = card.getByRole('img', { name: /^QR code/ })
  if (!(await code.isVisible())) await card.getByText(`QR code for ${location}`).click()
  return { fileName, downloaded: content.toString(), copied, scanned: await readQrCode(code) }
}

/** The files of an archive, by name. */
export function filesIn(zip: Buffer): Record<string, string> {
  const files = Object.entries(unzipSync(zip))
  return Object.fromEntries(files.map(([name, content]) => [name, Buffer.from(content).toString()]))
}
