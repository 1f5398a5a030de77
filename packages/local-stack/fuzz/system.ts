import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startEphemeralPostgres } from '@defguard/local-stack/ephemeral-postgres'
import pg from 'pg'
import { type Mailbox, openMailbox, type ReceivedMail } from './mailbox.ts'

const STACK_VARIABLES = /^(DEFGUARD_|DATABASE_URL|NODE_OPTIONS)/
const START_MS = 60_000
const POLL_MS = 50

export const ADMIN_PASSWORD = 'Tulip-rain-on-7-roofs!'
export const SECRET_KEY = `fuzz-${'k3y'.repeat(20)}`
export const SMTP_PASSWORD = 'Postman-knocks-twice-9'

/** All calls come from one address, many wrong ones among them; what limits do then has its own tests. */
const LIMITS_OFF = [
  'TOKEN_GUESSES',
  'POLL_GUESSES',
  'RESET_REQUESTS',
  'HELP_REQUESTS',
  'LOGINS',
  'LOGIN_FAILURES',
  'LOGIN_FAILURES_OF_ACCOUNT',
  'ADMIN_CALLS',
]

/** Another way to core for all that the fuzzer sends; where tests plant their faults. */
export type Relay = (
  corePort: number,
  coreLog: string,
) => Promise<{ port: number; stop(): Promise<void> }>

/** PostgreSQL, a mail server, core and proxy, each service a process of its own. */
export class System {
  readonly logs = mkdtempSync(join(tmpdir(), 'defguard-fuzz-'))
  /** Services that ended although nobody stopped them. */
  readonly died: string[] = []
  databaseUrl = ''
  corePort = 0
  /** Where the fuzzer reaches core. */
  grpcPort = 0
  proxyPort = 0
  readonly #stops: (() => unknown)[] = []

  async start(beganAt: number, onMail: (mail: ReceivedMail) => void, relay?: Relay): Promise<void> {
    this.#stops.push(() => rmSync(this.logs, { recursive: true }))
    const postgres = await startEphemeralPostgres(60)
    this.#stops.push(() => postgres.stop())
    this.databaseUrl = await createDatabase(postgres.url)
    const mailbox = await openMailbox(onMail)
    this.#stops.push(() => mailbox.stop())
    this.corePort = await this.#startCore(beganAt, mailbox)
    this.grpcPort = this.corePort
    if (relay) {
      const relayed = await relay(this.corePort, join(this.logs, 'core.log'))
      this.#stops.push(() => relayed.stop())
      this.grpcPort = relayed.port
    }
    await this.#startProxy()
    const health = `http://127.0.0.1:${this.proxyPort}/api/v1/health-grpc`
    await this.#until(async () => (await fetch(health)).ok || undefined)
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop()
  }

  async #startCore(beganAt: number, mailbox: Mailbox): Promise<number> {
    const script = fileURLToPath(new URL('./core-main.ts', import.meta.url))
    this.#spawn('core', [script, String(beganAt)], {
      DATABASE_URL: this.databaseUrl,
      DEFGUARD_SECRET_KEY: SECRET_KEY,
      DEFGUARD_GRPC_INSECURE: 'loopback',
      DEFGUARD_GRPC_PORT: '0',
      DEFGUARD_GATEWAY_GRPC_PORT: '0',
      DEFGUARD_URL: 'http://localhost/',
      DEFGUARD_ENROLLMENT_URL: 'http://localhost/',
      DEFGUARD_ENROLLMENT_SESSION_TIMEOUT: '12h',
      DEFGUARD_DEFAULT_ADMIN_PASSWORD: ADMIN_PASSWORD,
      DEFGUARD_SMTP_SERVER: '127.0.0.1',
      DEFGUARD_SMTP_PORT: String(mailbox.port),
      DEFGUARD_SMTP_ENCRYPTION: 'none',
      DEFGUARD_SMTP_USER: 'core',
      DEFGUARD_SMTP_PASSWORD: SMTP_PASSWORD,
      DEFGUARD_SMTP_SENDER: 'enrollment@example.com',
      ...Object.fromEntries(LIMITS_OFF.map((name) => [`DEFGUARD_LIMIT_${name}`, 'off'])),
    })
    return this.#portOf('core')
  }

  async #startProxy(): Promise<void> {
    const script = '../../../services/enrollment-proxy/dist/main.js'
    this.#spawn('proxy', [fileURLToPath(new URL(script, import.meta.url))], {
      DEFGUARD_CORE_GRPC_URL: `http://127.0.0.1:${this.corePort}`,
      DEFGUARD_GRPC_INSECURE: 'loopback',
      DEFGUARD_PROXY_HTTP_PORT: '0',
      DEFGUARD_HTTP_BIND_ADDRESS: '127.0.0.1',
      DEFGUARD_PROXY_URL: 'http://localhost/',
      DEFGUARD_PROXY_TRUSTED: '127.0.0.1',
      DEFGUARD_PROXY_RATELIMIT_PERSECOND: '0',
    })
    this.proxyPort = await this.#portOf('proxy')
  }

  /** The port that a service has been given, which it writes into its log. */
  #portOf(name: string): Promise<number> {
    return this.#until(async () => {
      const [, port] = /"address":"127\.0\.0\.1:(\d+)"/.exec(this.#log(name)) ?? []
      return port === undefined ? undefined : Number(port)
    })
  }

  #log(name: string): string {
    return readFileSync(join(this.logs, `${name}.log`), 'utf8')
  }

  async #until<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (const end = Date.now() + START_MS; ; await delay(POLL_MS)) {
      const seen = await look().catch(() => undefined)
      if (seen !== undefined) return seen
      if (this.died.length === 0 && Date.now() < end) continue
      throw new Error(
        `The services did not start: ${this.died}\n${this.#log('core').slice(-2_000)}`,
      )
    }
  }

  #spawn(name: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
    const inherited = Object.entries(process.env).filter(([name]) => !STACK_VARIABLES.test(name))
    const log = openSync(join(this.logs, `${name}.log`), 'a')
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      env: { ...Object.fromEntries(inherited), DEFGUARD_LOG_LEVEL: 'debug', ...env },
      stdio: ['ignore', log, log],
    })
    let isStopping = false
    child.once('exit', (code, signal) => {
      if (!isStopping) this.died.push(`${name} ended with ${signal ?? code}`)
    })
    this.#stops.push(() => {
      isStopping = true
      return stopChild(child)
    })
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** With the housekeeping that a long run needs, unlike tests. */
async function createDatabase(serverUrl: string): Promise<string> {
  const client = new pg.Client(serverUrl)
  await client.connect()
  try {
    await client.query('create database fuzz')
    await client.query('alter system set autovacuum = on')
    await client.query('select pg_reload_conf()')
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = '/fuzz'
  return url.href
}
