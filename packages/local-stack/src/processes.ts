import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 25

/** Whether a process with this id exists. A dead one that nobody has waited for yet does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !/^\d+ \(.*\) Z/s.test(readProc(pid, 'stat') ?? '')
}

/** The command line of a process, its parts joined by spaces; undefined when there is no such process. */
export function findCommandLine(pid: number): string | undefined {
  return readProc(pid, 'cmdline')?.replaceAll('\0', ' ').trim() ?? askPs(pid, 'command')
}

/**
 * What tells this process from a later one with the same id: when it began. Empty where neither
 * /proc nor `ps` can say.
 */
export function findBirth(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined
  const stat = readProc(pid, 'stat')
  // proc_pid_stat(5): the name in parentheses may hold anything; field 22 is the start, in ticks since boot.
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  if (ticks === undefined) return askPs(pid, 'lstart') ?? ''
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`
}

/** Resolves to whether the process was gone within the time. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; isAlive(pid); await delay(POLL_MS)) {
    if (Date.now() >= end) return false
  }
  return true
}

/** Sends the signal, waits, and at last kills; a process that is gone already is fine. */
export async function endProcess(
  pid: number,
  signal: NodeJS.Signals,
  timeoutMs: number,
): Promise<void> {
  if (!trySignal(pid, signal) || (await waitForExit(pid, timeoutMs))) return
  trySignal(pid, 'SIGKILL')
  await waitForExit(pid, timeoutMs)
}

/** Resolves to whether there was a process to signal. */
export function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw err
  }
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined // not Linux, or gone meanwhile
  }
}

function askPs(pid: number, field: string): string | undefined {
  try {
    const output = execFileSync('ps', ['-ww', '-o', `${field}=`, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return output.trim() || undefined
  } catch {
    return undefined
  }
}
