import jsQR from 'jsqr'
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core'
import { CHROMIUM } from './_machine.js'

const ARGUMENTS = [
  '--no-sandbox', // CI runs as root
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface SentRequest {
  readonly method: string
  readonly url: string
  /** The head and the body, as text. */
  readonly content: string
}

/** A page and all that it did. */
export interface Visit {
  readonly page: Page
  readonly requests: readonly SentRequest[]
  /** Errors and warnings of the console, broken policies and exceptions. */
  readonly complaints: readonly string[]
}

/** What left the browser for it; a fragment never does. */
export function sentText({ url, content }: SentRequest): string {
  return `${url.replace(/#.*/, '')}\n${content}`
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM ?? '', args: ARGUMENTS })
}

/** Opens a page with a storage of its own. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    locale: 'en-US',
    reducedMotion: 'reduce',
    acceptDownloads: true,
    ...options,
  })
  context.setDefaultTimeout(30_000)
  const requests: SentRequest[] = []
  const complaints: string[] = []
  context.on('request', async (request) => {
    const body = request.postData() ?? ''
    const contentWith = (head: object) => `${JSON.stringify(head)}\n${body}`
    const content = contentWith(request.headers())
    const entry = { method: request.method(), url: request.url(), content }
    requests.push(entry)
    // Cookies, and what else the browser adds by itself, are known a little later.
    entry.content = contentWith(await request.allHeaders().catch(() => request.headers()))
  })
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  return { page: await context.newPage(), requests, complaints }
}

/** The text of the QR code that is shown there. */
export async function readQrCode(code: Locator): Promise<string | undefined> {
  const picture = (await code.screenshot()).toString('base64')
  const page = await code.page().context().newPage() // a blank one, without a policy
  try {
    const { pixels, width, height } = await page.evaluate(async (base64) => {
      const image = new Image()
      image.src = `data:image/png;base64,${base64}`
      await image.decode()
      const { width, height } = image
      const context = new OffscreenCanvas(width, height).getContext('2d')
      context?.drawImage(image, 0, 0)
      const bytes = context?.getImageData(0, 0, width, height).data ?? []
      // As one text: a list of a million numbers takes the driver a minute.
      return { pixels: Array.from(bytes, (b) => String.fromCharCode(b)).join(''), width, height }
    }, picture)
    return jsQR.default(Uint8ClampedArray.from(Buffer.from(pixels, 'latin1')), width, height)?.data
  } finally {
    await page.close()
  }
}
