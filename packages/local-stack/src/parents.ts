import { readFileSync } from 'node:fs'
import { findBirth } from './processes.js'

const POLL_MS = 500
const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'busybox', 'ash'])

/**
 * Calls back when the package manager that runs us is gone. A signal to `npx` ends it and pnpm and
 * leaves us, below shells that wait for us, to nobody who could stop us.
 *
 * @param env of this process: package managers tell their scripts that they run them
 */
export function watchPackageManager(env: NodeJS.ProcessEnv, onGone: () => void): void {
  const manager = env.npm_lifecycle_event ? findFirstNonShell(process.ppid) : undefined
  if (manager === undefined) return
  const birth = findBirth(manager)
  const timer = setInterval(() => {
    if (findBirth(manager) === birth) return
    clearInterval(timer)
    onGone()
  }, POLL_MS)
  timer.unref()
}

/** Undefined where there is no /proc to look into. */
function findFirstNonShell(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, name = '', parent] = /^\d+ \((.*)\) \w (\d+)/s.exec(stat) ?? []
    return SHELLS.has(name) ? findFirstNonShell(Number(parent)) : pid
  } catch {
    return undefined
  }
}
