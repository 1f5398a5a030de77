import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { it } from '@jest/globals'

/** A browser as Debian and Ubuntu install it; undefined where there is none. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync)

/** What keeps browser tests from running here; undefined where nothing does. */
export const lackOfBrowser = CHROMIUM ? undefined : 'there is no /usr/bin/chromium'

/** The same for tests that bring up WireGuard between network namespaces. */
export const lackOfTunnel = findLackOfTunnel()

/** `it`, or one that skips and says why in the test's name. */
export function itUnless(...lacks: readonly (string | undefined)[]) {
  const lack = lacks.find((found) => found !== undefined)
  return (name: string, test: () => void | Promise<void>, timeoutMs?: number): void => {
    if (lack === undefined) it(name, test, timeoutMs)
    else it.skip(`${name} (skipped: ${lack})`, test)
  }
}

function findLackOfTunnel(): string | undefined {
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun'
  const missing = ['ip', 'wg', 'wg-quick', 'wireguard-go'].find((program) => !isInstalled(program))
  if (missing) return `${missing} is not installed`
  const probe = `defguard-probe-${process.pid}`
  try {
    execFileSync('ip', ['netns', 'add', probe], { stdio: 'ignore' })
    execFileSync('ip', ['netns', 'del', probe], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'network namespaces are not allowed'
  }
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => existsSync(join(folder, program)))
}
