import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StackInfo } from '../src/stack-info.js'

export interface TestStackOptions {
  /** Set for the stack and its services, over free ports and an environment without our variables. */
  readonly env?: Readonly<Record<string, string>>
  readonly logLevel?: 'debug' | 'info'
  /** What stands behind the command. */
  readonly args?: readonly string[]
  /** State of an earlier stack; by default a new folder. */
  readonly dir?: string
}

export interface TestStack {
  readonly info: StackInfo
  readonly dir: string
  /** The process of the stack itself. */
  readonly child: ChildProcess
  /** All that it has printed. */
  output(): string
  /** Stops it, as Ctrl-C does, and keeps its state. */
  end(): Promise<void>
  /** Stops it and removes all its state. */
  stop(): Promise<void>
}

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** Starts the whole stack, as `pnpm start` does, and resolves when it is ready. */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'defguard-stack-')))
  const { child, output, exited } = runStack(dir, options)
  const end = async (): Promise<void> => {
    child.kill('SIGTERM')
    await exited
  }
  const stop = async (): Promise<void> => {
    await end()
    await removeState(dir)
  }
  const isReady = new Promise<void>((resolve) => {
    child.stdout?.on('data', () => output().includes('Ctrl-C stops everything') && resolve())
  })
  await Promise.race([isReady, exited])
  if (child.exitCode !== null) {
    await removeState(dir)
    throw new Error(`The stack did not start:\n${output()}`)
  }
  return { info: readInfo(dir), dir, child, output, end, stop }
}

/** Starts it and resolves when it has ended by itself. */
export async function runStackToItsEnd(
  dir: string,
  options: TestStackOptions,
): Promise<{ code: number | null; output: string }> {
  const { child, output, exited } = runStack(dir, options)
  await exited
  return { code: child.exitCode, output: output() }
}

/** What `stack.json` says now. */
export function readInfo(dir: string): StackInfo {
  return JSON.parse(readFileSync(join(dir, 'stack.json'), 'utf8'))
}

/** Removes the state of a stack that has ended, also what root keeps outside of the folder. */
export async function removeState(dir: string): Promise<void> {
  const place = findDatabasePlace(dir)
  if (place) await rm(place, { recursive: true, force: true })
  await rm(dir, { recursive: true, force: true })
}

function findDatabasePlace(dir: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'postgres.json'), 'utf8')).place
  } catch {
    return undefined // it never came so far, or uses another server
  }
}

function runStack(dir: string, { env, logLevel = 'info', args = [] }: TestStackOptions) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(DEFGUARD_|DATABASE_URL|npm_|NODE_OPTIONS)/.test(name),
  )
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(inherited),
      DEFGUARD_LOCAL_DIR: dir,
      DEFGUARD_LOG_LEVEL: logLevel,
      DEFGUARD_PROXY_HTTP_PORT: '0',
      DEFGUARD_GRPC_PORT: '0',
      DEFGUARD_GATEWAY_GRPC_PORT: '0',
      DEFGUARD_LOCAL_DB_PORT: '0',
      DEFGUARD_LOCAL_SMTP_PORT: '0',
      DEFGUARD_LOCAL_MAIL_PORT: '0',
      DEFGUARD_LOCAL_WIREGUARD_PORT: '0',
      // The cheapest that core takes: every command line call of a test logs in.
      DEFGUARD_PASSWORD_BCRYPT_COST: '10',
      ...env,
    },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk
    })
  }
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return { child, output: () => text, exited }
}
