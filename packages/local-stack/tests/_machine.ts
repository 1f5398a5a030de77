import { existsSync } from 'node:fs'
import { it } from '@jest/globals'
import { findLackOfTunnel, isInstalled } from '../src/gateway/lack-of-tunnel.js'

/** A browser as Debian and Ubuntu install it; undefined where there is none. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync)

/** What keeps browser tests from running here; undefined where nothing does. */
export const lackOfBrowser = CHROMIUM ? undefined : 'there is no /usr/bin/chromium'

/** The same for tests that bring up WireGuard between network namespaces. */
export const lackOfTunnel =
  findLackOfTunnel() ??
  ['wg', 'wg-quick', 'ping']
    .filter((program) => !isInstalled(program))
    .map((program) => `${program} is not installed`)[0]

/** `it`, or one that skips and says why in the test's name. */
export function itUnless(...lacks: readonly (string | undefined)[]) {
  const lack = lacks.find((found) => found !== undefined)
  return (name: string, test: () => void | Promise<void>, timeoutMs?: number): void => {
    if (lack === undefined) it(name, test, timeoutMs)
    else it.skip(`${name} (skipped: ${lack})`, test)
  }
}
