import { begin } from './beginning.ts'
import { fastClock } from './clock.ts'
import { Findings } from './findings.ts'
import { Fuzzer } from './fuzzer.ts'
import { GrpcSender } from './grpc.ts'
import { watchHealth } from './health.ts'
import { HttpSender } from './http.ts'
import { searchDatabase, searchLogs } from './leaks.ts'
import type { ReceivedMail } from './mailbox.ts'
import { nameOf, readMethods } from './methods.ts'
import { PLANS, ROUTES } from './plans/index.ts'
import type { Report } from './report.ts'
import { Rng } from './rng.ts'
import { Secrets } from './secrets.ts'
import { Statistics } from './statistics.ts'
import { ADMIN_PASSWORD, type Relay, SECRET_KEY, SMTP_PASSWORD, System } from './system.ts'
import { World } from './world.ts'

export interface Options {
  readonly seed: number
  /** Ends once every method was accepted so often. */
  readonly accepted?: number
  /** Ends after this time, whatever was accepted. */
  readonly minutes?: number
  /** Only these are called, beside what it takes to call them. */
  readonly only?: readonly string[]
  readonly relay?: Relay
  readonly onProgress?: (line: string) => void
}

const CLIENTS = 16
/** What ten minutes are good for. */
const ACCEPTED_PER_MINUTE = 100
const PROGRESS_MS = 15_000

/** Starts a system, calls everything it offers in every way, and reports what must not have been. */
export async function fuzz(options: Options): Promise<Report> {
  const { seed, minutes = Number.POSITIVE_INFINITY, onProgress = () => {} } = options
  const rng = new Rng(seed)
  const secrets = new Secrets()
  const findings = new Findings(secrets)
  secrets.add('secret key', SECRET_KEY)
  secrets.add('SMTP password', SMTP_PASSWORD)
  secrets.add('password', ADMIN_PASSWORD)
  const beganAt = Date.now()
  const system = new System()
  let onMail: (mail: ReceivedMail) => void = () => {}
  try {
    await system.start(beganAt, (mail) => onMail(mail), options.relay)
    const senders = {
      grpc: new GrpcSender(system.grpcPort),
      http: new HttpSender(system.proxyPort),
    }
    await assertNothingIsLeftOut(system.proxyPort)
    const every = [...PLANS, ...ROUTES].map(({ name }) => name)
    const names = options.only ?? every
    const statistics = new Statistics(every)
    const fuzzer = new Fuzzer(PLANS, ROUTES, senders, statistics, findings)
    const world = new World(rng, fastClock(beganAt), secrets, (name) => fuzzer.perform(name))
    fuzzer.world = world
    onMail = ({ to, text }) => {
      secrets.addTokensIn(text)
      const [, token] = /password-reset#token=(dgr_\w+)/.exec(text) ?? []
      if (token) world.resetTokens.put({ token, email: to })
    }
    await begin(world, senders.grpc)

    const health = watchHealth(system, findings)
    const startedAt = performance.now()
    const quota = options.accepted ?? Math.floor(minutes * ACCEPTED_PER_MINUTE)
    const isOver = () =>
      system.died.length > 0 ||
      performance.now() - startedAt > minutes * 60_000 ||
      (options.accepted !== undefined && statistics.below(names, quota).length === 0)
    const progress = setInterval(() => {
      const { accepted, name } = statistics.of(statistics.leastOf(names))
      onProgress(`${secondsSince(startedAt)} s: everything accepted ${accepted} times (${name})`)
    }, PROGRESS_MS)
    const client = async () => {
      while (!isOver()) await fuzzer.next(names)
    }
    try {
      await Promise.all(Array.from({ length: CLIENTS }, client))
    } finally {
      clearInterval(progress)
    }
    const seconds = secondsSince(startedAt)
    const worstHealthMs = await health.stop()
    for (const died of system.died) findings.add(died, 'processes')
    senders.grpc.close()
    senders.http.close()
    await searchLogs(system.logs, secrets, findings)
    await searchDatabase(system.databaseUrl, secrets, findings)
    return {
      seed,
      seconds,
      counts: names.map((name) => statistics.of(name)),
      quota,
      below: statistics.below(names, quota),
      findings: findings.list(),
      worstHealthMs,
    }
  } finally {
    await system.stop()
  }
}

const secondsSince = (startedAt: number): number =>
  Math.round((performance.now() - startedAt) / 1000)

/** @throws Error that names the methods and routes that nobody has said how to call */
async function assertNothingIsLeftOut(proxyPort: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${proxyPort}/api/v1/openapi.json`)
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const known = new Set([
    ...PLANS.map(({ method }) => nameOf(method)),
    ...ROUTES.map((r) => r.name),
  ])
  const missing = [...(await readMethods()).keys(), ...routes].filter((name) => !known.has(name))
  if (missing.length > 0) throw new Error(`fuzz/plans lacks: ${missing.join(', ')}`)
}
