import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from '@jest/globals'
import { PASSWORD, type TestCore } from './_core.js'

export const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

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

export function start(args: readonly string[], variables: Variables) {
  const env = { PATH: process.env.PATH, XDG_CONFIG_HOME: newConfigHome(), TZ: 'UTC', ...variables }
  return spawn(process.execPath, [PROGRAM, ...args], { env, stdio: 'pipe' })
}

/** Runs the built program to its end. */
export async function run(
  args: readonly string[],
  variables: Variables,
  stdin = '',
): Promise<Ended> {
  const child = start(args, variables)
  const read = async (stream: AsyncIterable<Buffer>) => {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }
  child.stdin.end(stdin)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([read(child.stdout), read(child.stderr), ended])
  return { code, stdout, stderr }
}
