import { afterAll, afterEach, beforeAll } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launchBrowser } from './_browser.js'
import { itUnless, lackOfBrowser } from './_machine.js'
import { startTestStack, type TestStack, type TestStackOptions } from './_stack.js'

/** A stack is six processes, of which busy machines have many at a time. */
const START_TIMEOUT_MS = 120_000

interface Started {
  readonly stack: TestStack
  readonly browser: Browser
}

/**
 * Starts the whole stack and a browser for the tests of a file, and ends both after them.
 * @param keep receives them; nothing is started where this machine has no browser
 * @returns the `it` of a test that needs them
 */
export function withStackAndBrowser(
  keep: (started: Started) => void,
  options?: TestStackOptions,
): ReturnType<typeof itUnless> {
  let stack: TestStack | undefined
  let browser: Browser | undefined

  beforeAll(async () => {
    if (lackOfBrowser) return
    stack = await startTestStack(options)
    browser = await launchBrowser()
    keep({ stack, browser })
  }, START_TIMEOUT_MS)

  // A page that is left open goes on counting the time and asking for the person's session.
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close()
  })

  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
  })

  return itUnless(lackOfBrowser)
}
