// What a phone loads before somebody can click Begin, and how long that takes: `pnpm bench wizard`.
// The first is a promise and fails the run; the second is only printed.
import { existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { startEphemeralPostgres } from '@defguard/local-stack/ephemeral-postgres'
import { type Browser, chromium, type Page } from 'playwright-core'
import { startPair } from './api/processes.ts'
import { Processes } from './processes.ts'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync)
const LANGUAGES = ['en', 'pl', 'de']
const JAVASCRIPT_MAX_BYTES = 120_000
const ROUNDS = 3
const CPU_SLOWDOWN = 4
/** "Slow 4G" of Chrome's developer tools. */
const SLOW_4G = {
  offline: false,
  latency: 562.5,
  downloadThroughput: (1_600_000 / 8) * 0.9,
  uploadThroughput: (750_000 / 8) * 0.9,
}
/** Well-formed, and of no installation: the first screen sends it to nobody. */
const TOKEN = 'dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N'

if (CHROMIUM) await measure(CHROMIUM)
else process.stdout.write('The wizard is not measured: there is no /usr/bin/chromium.\n')

async function measure(executablePath: string): Promise<void> {
  const postgres = await startEphemeralPostgres(20)
  const processes = new Processes()
  try {
    const { proxyPort } = await startPair(processes, postgres.url)
    const link = `http://127.0.0.1:${proxyPort}/#token=${TOKEN}`
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    try {
      process.stdout.write('What the browser loads for the first screen, compressed\n')
      for (const language of LANGUAGES) await printSize(browser, link, language)
      await printSpeed(browser, link)
    } finally {
      await browser.close()
    }
  } finally {
    await processes.end()
    await postgres.stop()
  }
}

async function printSize(browser: Browser, link: string, language: string): Promise<void> {
  const files: { name: string; bytes: number; isScript: boolean }[] = []
  await withPage(browser, language, async (page) => {
    page.on('response', async (response) => {
      const name = new URL(response.url()).pathname.split('/').at(-1) || 'index.html'
      const type = response.request().resourceType()
      if (!['document', 'script', 'stylesheet'].includes(type)) return
      const bytes = gzipSync(await response.body(), { level: 9 }).length
      files.push({ name, bytes, isScript: type === 'script' })
    })
    await page.goto(link, { waitUntil: 'networkidle' })
    await page.locator('main button').first().waitFor()
  })
  const total = files.filter(({ isScript }) => isScript).reduce((sum, { bytes }) => sum + bytes, 0)
  const isTooMuch = total > JAVASCRIPT_MAX_BYTES
  if (isTooMuch) process.exitCode = 1
  const parts = files.map(({ name, bytes }) => `${name} ${kilobytes(bytes)}`)
  const verdict = isTooMuch ? `, more than ${kilobytes(JAVASCRIPT_MAX_BYTES)}` : ''
  process.stdout.write(
    `${language}: ${kilobytes(total)} of JavaScript${verdict} (${parts.join(', ')})\n`,
  )
}

async function printSpeed(browser: Browser, link: string): Promise<void> {
  const seconds: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await withPage(browser, 'en', async (page) => {
      const devtools = await page.context().newCDPSession(page)
      await devtools.send('Network.enable')
      await devtools.send('Network.emulateNetworkConditions', SLOW_4G)
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN })
      await page.goto(link, { waitUntil: 'commit' })
      seconds.push((await beginShownAfter(page)) / 1000)
    })
  }
  const rounds = seconds.map((each) => each.toFixed(2))
  const median = seconds.toSorted((a, b) => a - b)[(ROUNDS - 1) / 2] ?? 0
  process.stdout.write(
    `On a phone (CPU ${CPU_SLOWDOWN} times slower, slow 4G) Begin can be clicked after ${median.toFixed(2)} s (${rounds.join(', ')})\n`,
  )
}

/** Milliseconds from the navigation to the first picture with the button, which works by then. */
function beginShownAfter(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (document.querySelector('main button')) resolve(performance.now())
          else requestAnimationFrame(look)
        }
        look()
      }),
  )
}

async function withPage(
  browser: Browser,
  locale: string,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ locale, viewport: { width: 390, height: 844 } })
  try {
    await use(await context.newPage())
  } finally {
    await context.close()
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
