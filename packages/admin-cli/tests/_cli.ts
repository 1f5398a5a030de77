import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from '@jest/globals'
import { PASSWORD, type TestCore } from './_core.js'
import { type Ended, runHere } from './_program.js'

export type { Ended } from './_program.js'

export const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url))

type Variables = Record<string, string | undefined>

const homes: string[] = []
afterAll(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

/** A folder for stored sessions that no other test uses; it goes when the test file is through. */
export function newConfigHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'defguard-admin-'))
  homes.push(home)
  return home
}

/** The environment of somebody who is logged in by variables, or by a stored session. */
export function admin(core: TestCore): Variables {
  return {
    DEFGUARD_ADMIN_CORE: core.url,
    DEFGUARD_ADMIN_USERNAME: 'admin',
    DEFGUARD_ADMIN_PASSWORD: PASSWORD,
  }
}

/** Starts the built program as a process of its own, for what only a process can be told. */
export function start(args: readonly string[], variables: Variables) {
  return spawn(process.execPath, [PROGRAM, ...args], { env: toEnv(variables), stdio: 'pipe' })
}

/** Runs a command to its end. */
export function run(args: readonly string[], variables: Variables, stdin = ''): Promise<Ended> {
  return runHere(args, toEnv(variables), stdin)
}

function toEnv(variables: Variables): Variables {
  return { PATH: process.env.PATH, XDG_CONFIG_HOME: newConfigHome(), TZ: 'UTC', ...variables }
}
