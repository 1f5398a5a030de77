import { randomInt } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { status } from '@grpc/grpc-js'
import { afterEach, expect, it } from '@jest/globals'
import { findFreePort } from '../../../packages/local-stack/src/ports.js'
import { createGroup } from './_access.js'
import { refusalOf } from './_clients.js'
import { startTestCore, type TestCore, waitFor } from './_core.js'
import { CoreProcess } from './_core-process.js'
import { byKey, type Follower, HEADERS, issueToken, TestGateway } from './_gateway.js'
import { type Clients, GROUPS, World } from './_gateway-actions.js'
import { pictureOf, problemsOf, toPicture } from './_gateway-picture.js'
import { randomFrom } from './_random.js'

const ROUNDS = Number(process.env.GATEWAY_ROUNDS ?? 30)
/** At the start. */
const PEOPLE = 6
const ACTIONS_MAX = 6
const TEST_MS = 60_000 + ROUNDS * 4_000
const NETWORKS = ['10.1.1.1/24', '10.2.1.1/24'] as const
/** Two of the three gateways serve one location, with one token until that is revoked. */
const HOSTS = [NETWORKS[0], NETWORKS[0], NETWORKS[1]]

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** A gateway that follows the location of a network, at one core or the other, or has lost it. */
class Host {
  gateway: TestGateway | undefined
  follower: Follower | undefined
  token = ''
  placeId = 0
  /** The peers that it was left with when its token was worth nothing any more. */
  left: readonly unknown[] = []

  constructor(readonly network: string) {}

  async join(port: number): Promise<void> {
    const gateway = new TestGateway(port, { ...HEADERS, authorization: this.token })
    this.gateway = gateway
    await gateway.config().catch(() => {})
    const follower = gateway.updates()
    this.follower = follower
    void follower.ended.then((err) => {
      if (err?.code === status.UNAUTHENTICATED) this.left = follower.now.peers
      if (this.follower === follower) this.leave()
    })
  }

  leave(): void {
    this.follower?.stop()
    this.gateway?.close()
    this.follower = undefined
  }
}

/** Two cores with one database, one of which dies now and then. */
class Model {
  readonly hosts = HOSTS.map((network) => new Host(network))
  readonly world: World

  private constructor(
    readonly core: TestCore,
    readonly other: CoreProcess,
    private readonly otherPort: number,
    private readonly random: () => number,
  ) {
    this.world = new World(core.databaseUrl, random)
  }

  static async start(random: () => number): Promise<Model> {
    const core = await startTestCore({}, { now: new Date() })
    stops.push(() => core.stop())
    const port = await findFreePort()
    const gateways = { ...core.config.gateways, port }
    const other = new CoreProcess({ ...core.config, gateways, logLevel: 'info' })
    stops.push(() => other.kill())
    await other.start()
    for (const group of GROUPS) await createGroup(core, group)
    const model = new Model(core, other, port, random)
    for (const network of NETWORKS) await model.world.createPlace(core.clients, network)
    for (let i = 0; i < PEOPLE; i++) await model.world.createPerson(core.clients, true)
    stops.push(() => model.hosts.forEach((host) => void host.leave()))
    return model
  }

  /** Some of what can happen, all at once. */
  async round(isDeadly: boolean): Promise<void> {
    this.core.time.now = new Date()
    for (const host of this.hosts) await this.repair(host)
    const actions = Array.from({ length: Math.ceil(this.random() * ACTIONS_MAX) }, () =>
      this.attempt((clients) => this.world.act(clients)),
    )
    if (this.random() < 0.15) actions.push(this.attempt((clients) => this.world.takeAway(clients)))
    for (const host of this.hosts) {
      if (host.follower && this.random() < 0.15) host.leave()
      else if (!host.follower && this.random() < 0.8) actions.push(host.join(this.gatewayPort()))
    }
    if (isDeadly) actions.push(this.other.kill().then(() => this.other.start()))
    await Promise.all(actions)
  }

  /** At either core; that it is refused is fine, that core breaks is not. */
  private async attempt(act: (clients: Clients) => Promise<unknown>): Promise<void> {
    const isHere = this.random() < 0.5
    await (isHere ? act(this.core.clients) : this.other.persist(act)).catch((err) => {
      if ([undefined, status.INTERNAL, status.UNKNOWN].includes(refusalOf(err).code)) throw err
    })
  }

  private gatewayPort(): number {
    return this.random() < 0.5 ? this.core.core.gatewayPort : this.otherPort
  }

  /** Gives a gateway that is not let in any more another token, or the one of its neighbour. */
  private async repair(host: Host): Promise<void> {
    if (await this.isLetIn(host)) return
    host.leave()
    const { world, core } = this
    const place =
      world.places.find(({ network }) => network === host.network) ??
      (await world.createPlace(core.clients, host.network))
    const neighbour = this.hosts.find((other) => other !== host && other.placeId === place.id)
    if (neighbour && (await this.isLetIn(neighbour))) host.token = neighbour.token
    else host.token = (await issueToken(core, await world.nameOf(place), world.newName('gw'))).token
    host.placeId = place.id
  }

  private async isLetIn({ token }: Host): Promise<boolean> {
    if (token === '') return false
    const headers = { ...HEADERS, authorization: token }
    const gateway = new TestGateway(this.core.core.gatewayPort, headers)
    const code = await gateway.configBytes().then(
      () => status.OK,
      (err) => refusalOf(err).code,
    )
    gateway.close()
    return code !== status.UNAUTHENTICATED
  }

  /** Nothing happens any more: who follows knows what there is, and was told so in a good order. */
  async assertInStep(): Promise<void> {
    for (const host of this.hosts) {
      expect(host.left).toEqual([])
      const { follower, gateway } = host
      if (!follower || !gateway) continue
      const known = await pictureOf(this.core.databaseUrl, host.placeId)
      const isOver = () => host.follower !== follower
      const expected = known && { ...known, peers: byKey(known.peers) }
      const isInStep = () => isDeepStrictEqual(pictureIn(follower), expected)
      await waitFor(() => isOver() || isInStep() || undefined).catch(() => {})
      expect(problemsOf(follower.updates)).toEqual([])
      if (isOver()) continue
      expect(pictureIn(follower)).toEqual(expected)
      const bytes = await gateway.configBytes()
      expect((await gateway.configBytes()).equals(bytes)).toBe(true)
      expect(toPicture((await gateway.config()).config)).toEqual(known)
    }
  }
}

function pictureIn({ now }: Follower) {
  const { prvkey } = now
  return prvkey === undefined ? undefined : toPicture({ ...now, prvkey } as never)
}

async function assertNothingIsMissed(seed: number): Promise<void> {
  const random = randomFrom(seed)
  const model = await Model.start(random)
  const deadly = new Set([Math.floor(random() * ROUNDS), Math.floor(random() * ROUNDS)])
  for (let round = 0; round < ROUNDS; round++) {
    await model.round(deadly.has(round))
    await model.assertInStep()
  }
}

it(
  'keeps gateways in step with the database, whatever is changed, wherever they are, whoever dies',
  async () => {
    const seed = Number(process.env.GATEWAY_SEED ?? randomInt(2 ** 31))
    await assertNothingIsMissed(seed).catch((cause) => {
      throw new Error(`It fails with GATEWAY_SEED=${seed}`, { cause })
    })
  },
  TEST_MS,
)
