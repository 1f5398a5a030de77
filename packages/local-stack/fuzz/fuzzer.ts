import { rightBearer, rightProgram, wrongCaller } from './callers.ts'
import type { Findings } from './findings.ts'
import type { GrpcSender } from './grpc.ts'
import type { HttpSender } from './http.ts'
import { judge } from './judge.ts'
import { oddGrpc, oddHttp } from './odd-calls.ts'
import type { Outcome } from './outcome.ts'
import type { Attempt, Plan, RouteAttempt, RoutePlan } from './plan.ts'
import type { Statistics } from './statistics.ts'
import { Lacking, type World } from './world.ts'

/** How many of all calls are odd ones. */
const ODD_SHARE = 0.15
const FORBIDDEN_SHARE = 0.15

/** What programs never see, whatever they may; none in the run has the scope for it. */
const LINK_TOKEN = /\bdg[edn]_[0-9A-Za-z]{38}\b/

export interface Senders {
  readonly grpc: GrpcSender
  readonly http: HttpSender
}

/** Makes calls, right and odd ones, and has every answer judged. */
export class Fuzzer {
  world!: World
  readonly #plans: ReadonlyMap<string, Plan>
  readonly #routes: ReadonlyMap<string, RoutePlan>
  readonly #senders: Senders
  readonly #statistics: Statistics
  readonly #findings: Findings

  constructor(
    plans: readonly Plan[],
    routes: readonly RoutePlan[],
    senders: Senders,
    statistics: Statistics,
    findings: Findings,
  ) {
    this.#plans = new Map(plans.map((plan) => [plan.name, plan]))
    this.#routes = new Map(routes.map((route) => [route.name, route]))
    this.#senders = senders
    this.#statistics = statistics
    this.#findings = findings
  }

  /** The next call: mostly of what was accepted least so far. */
  async next(names: readonly string[]): Promise<void> {
    const { rng } = this.world
    const isOdd = rng.chance(ODD_SHARE)
    const usual = () => tidiedBy(this.world, names) ?? this.#statistics.leastOf(names)
    try {
      await (isOdd ? this.#odd(rng.pick(names)) : this.perform(usual()))
    } catch (err) {
      if (!(err instanceof Lacking)) throw err
    }
  }

  /** One call that should be accepted. */
  async perform(name: string): Promise<void> {
    const count = this.#statistics.of(name)
    count.running++
    try {
      const plan = this.#plans.get(name)
      if (plan) await this.#call(plan, await plan.prepare(this.world))
      else await this.#ask(this.#route(name))
    } finally {
      count.running--
    }
  }

  async #odd(name: string): Promise<void> {
    const plan = this.#plans.get(name)
    if (!plan) return this.#askOddly(this.#route(name))
    if (plan.forbidden && this.world.rng.chance(FORBIDDEN_SHARE)) {
      const mustRefuse = 'it is about somebody who is out of bounds'
      await this.#call(plan, await plan.forbidden(this.world), mustRefuse)
    } else await this.#callOddly(plan)
  }

  async #call(plan: Plan, attempt: Attempt, mustRefuse?: string): Promise<void> {
    const bearer = attempt.bearer ?? (await rightBearer(this.world, plan.who))
    const messages = messagesOf(attempt)
    const outcome = await this.#send(
      plan,
      { messages, metadata: this.#metadata(bearer) },
      mustRefuse,
    )
    if (outcome?.isAccepted) attempt.settle?.(outcome.reply)
  }

  async #callOddly(plan: Plan): Promise<void> {
    const { world } = this
    const attempt = await plan.prepare(world)
    const bearer = attempt.bearer ?? (await rightBearer(world, plan.who))
    const usual = { messages: messagesOf(attempt), metadata: this.#metadata(bearer) }
    const wrong = world.rng.chance(0.3) ? wrongCaller(world, plan) : undefined
    const program = world.rng.chance(0.1) ? rightProgram(world, plan) : undefined
    if (wrong) {
      const metadata = this.#metadata(wrong.bearer)
      await this.#send(plan, { ...usual, metadata }, `it came from ${wrong.what}`)
    } else if (program) {
      const outcome = await this.#send(plan, { ...usual, metadata: this.#metadata(program.secret) })
      if (outcome && LINK_TOKEN.test(outcome.bytes.toString('latin1'))) {
        this.#findings.add('an API token was shown the token of a link', plan.name)
      }
    } else await this.#send(plan, oddGrpc(plan.method, usual, world))
    attempt.back?.()
  }

  async #send(
    plan: Plan,
    request: Parameters<GrpcSender['send']>[1] & { readonly isSpoilt?: boolean },
    mustRefuse?: string,
  ): Promise<Outcome | undefined> {
    const { order } = this.world.secrets
    const { isFirstEnough, isExclusive, method, name, repeats } = plan
    const sent = this.#senders.grpc.send(method, { ...request, isFirstEnough })
    const outcome = await sent.catch(() => undefined) // a message that cannot even be written down
    if (!outcome) return undefined
    const shown = JSON.stringify([request.messages, request.metadata])
    const isSpoilt = request.isSpoilt ?? false
    const judged = { where: name, request: shown, outcome, order, repeats }
    this.#note({ ...judged, mustRefuse, isSpoilt, isExclusive })
    return outcome
  }

  async #ask(route: RoutePlan): Promise<void> {
    const attempt = await route.prepare(this.world)
    const outcome = await this.#sendHttp(route, usualHttp(route, attempt, this.world), true)
    if (outcome.isAccepted) attempt.settle?.(outcome.reply)
  }

  async #askOddly(route: RoutePlan): Promise<void> {
    const attempt = await route.prepare(this.world)
    const usual = usualHttp(route, attempt, this.world)
    await this.#sendHttp(route, oddHttp(usual, attempt, this.world), false)
    attempt.back?.()
  }

  async #sendHttp(route: RoutePlan, request: HttpCall, isUsual: boolean): Promise<Outcome> {
    const { order } = this.world.secrets
    const outcome = await this.#senders.http.send(request)
    const shown = JSON.stringify({ ...request, body: request.body?.toString() })
    const { name, repeats, asks } = route
    // An odd target is another route, or none.
    const reached = isUsual || request.path === name.split(' ')[1] ? asks : undefined
    this.#note({ where: name, request: shown, outcome, order, repeats }, reached)
    return outcome
  }

  #note(call: Parameters<typeof judge>[0], asks?: string): void {
    const { where, outcome } = call
    this.#statistics.record(where, outcome, asks)
    judge(call, this.world.secrets, this.#findings)
    learn(this.world, outcome)
  }

  #route(name: string): RoutePlan {
    const route = this.#routes.get(name)
    if (!route) throw new Error(`Nothing is known of ${name}.`)
    return route
  }

  #metadata(bearer: string): Record<string, string> {
    const address = { 'x-client-address': this.world.address() }
    return bearer === '' ? address : { ...address, authorization: `Bearer ${bearer}` }
  }
}

export type HttpCall = Parameters<HttpSender['send']>[0]

function usualHttp(route: RoutePlan, attempt: RouteAttempt, world: World): HttpCall {
  const [method = '', path = ''] = route.name.split(' ')
  const isReset = path.includes('/password-reset/')
  const cookie = isReset ? 'defguard_proxy_password_reset' : 'defguard_proxy'
  return {
    method,
    path,
    headers: {
      'X-Forwarded-For': world.address(),
      ...(attempt.body ? { 'Content-Type': 'application/json' } : {}),
      ...(attempt.session ? { Cookie: `${cookie}=${attempt.session}` } : {}),
    },
    body: attempt.body && Buffer.from(JSON.stringify(attempt.body)),
  }
}

const messagesOf = ({ request }: Attempt): readonly unknown[] =>
  Array.isArray(request) ? request : [request]

/** What must not lie around: the system may not grow with the run. */
function tidiedBy(world: World, names: readonly string[]): string | undefined {
  const tidiers = {
    'LocationService/DeleteLocation': world.locations.size > 25,
    'GroupService/DeleteGroup': world.groups.size > 40,
    'DeviceService/RemoveDevice': world.devices.size > 150,
  }
  return Object.entries(tidiers).find(([name, isDue]) => isDue && names.includes(name))?.[0]
}

/** Every secret that an answer brings is one to look for from now on. */
function learn({ secrets }: World, { bytes, reply }: Outcome): void {
  const text = bytes.toString('latin1')
  secrets.addTokensIn(text)
  for (const [, key = ''] of text.matchAll(/PrivateKey = (\S{44})/g))
    secrets.add('location key', key)
  if (typeof reply !== 'object' || reply === null) return
  const { totp_secret, recovery_codes } = reply
  if (totp_secret) secrets.add('TOTP secret', totp_secret)
  for (const code of recovery_codes ?? []) secrets.add('recovery code', code)
}
