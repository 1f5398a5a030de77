// What the number of peers and gateways costs: `pnpm bench gateways`. Cores, gateways and the
// administrator are processes of their own. Commit is when a third connection hears of it.
import { startEphemeralPostgres } from '@defguard/local-stack/ephemeral-postgres'
import { run } from './database.ts'
import { BusyLocation, type Measured } from './gateways/busy-location.ts'
import { OneGateway } from './gateways/one-gateway.ts'
import { Processes } from './processes.ts'

const SIZES = [100, 1_000, 10_000, 40_000]
const [FEW, MANY, MOST] = [100, 10_000, 40_000]
const GATEWAYS = [1, 20, 100]
const CONFIG_ROUNDS = 9
const WARM_UP_CHANGES = 12
const CHANGES = 60
const REPORT_ROUNDS = 8
const REPORT_PERIOD_MS = 30_000

const postgres = await startEphemeralPostgres(200)
const processes = new Processes()
const locations = new Map<number, BusyLocation>()
try {
  for (const size of SIZES) {
    const gateways = Math.max(...GATEWAYS)
    locations.set(size, await BusyLocation.open(processes, postgres.url, size, gateways))
  }
  await benchConfig()
  await benchStorm()
  await benchArrival()
  await benchStats()
} finally {
  for (const location of locations.values()) await location.close()
  await processes.end()
  await postgres.stop()
}

async function benchConfig(): Promise<void> {
  print(`Config: of 100 peers    ms   longest stall, ms   bytes`)
  let base = Number.NaN
  for (const size of SIZES) {
    const { times, bytes, longestStallMs } = await configsOf(locationOf(size))
    const ms = at(times, 0.5)
    if (size === FEW) base = ms
    const cells = [ratio(ms, base), ms.toFixed(1), longestStallMs.toFixed(0), String(bytes)]
    print(row(`${size} peers`, cells))
  }
}

/** As after a restart of core: all gateways ask for everything at once. */
async function benchStorm(): Promise<void> {
  const location = locationOf(MANY)
  const gateways = location.tokens.map((token) => new OneGateway(location.gatewayPort, token))
  try {
    for (const gateway of gateways) await gateway.config()
    const one = await location.costOf(() => gateways[0]?.config() ?? Promise.resolve())
    const all = await location.costOf(() => Promise.all(gateways.map((each) => each.config())))
    print(`\nConfig of ${MANY} peers, asked for by ${gateways.length} gateways at once`)
    print(row('CPU of core, of one alone', [ratio(all.cpuMs, one.cpuMs)]))
    print(row('longest stall, ms', [all.longestStallMs.toFixed(0)]))
  } finally {
    for (const gateway of gateways) gateway.close()
  }
}

async function configsOf(location: BusyLocation) {
  const gateway = new OneGateway(location.gatewayPort, location.tokens[0] ?? '')
  const times: number[] = []
  let bytes = 0
  try {
    await gateway.config()
    const { longestStallMs } = await location.costOf(async () => {
      for (let round = 0; round < CONFIG_ROUNDS; round++) {
        const config = await gateway.config()
        times.push(config.ms)
        bytes = config.bytes
      }
    })
    return { times: times.sort((a, b) => a - b), bytes, longestStallMs }
  } finally {
    gateway.close()
  }
}

async function benchArrival(): Promise<void> {
  print('\nFrom commit to arrival, 10 changes a second')
  print(row('', ['of 100 peers', 'p50 ms', 'p99 ms', 'CPU ms/change', 'longest stall, ms']))
  for (const servedBy of [0, 1] as const) {
    for (const gateways of GATEWAYS) {
      let base: Measured | undefined
      for (const size of gateways === 1 ? [FEW, MANY, MOST] : [FEW, MANY]) {
        const location = locationOf(size)
        await location.measure(1, servedBy, WARM_UP_CHANGES)
        const measured = await location.measure(gateways, servedBy, CHANGES)
        base ??= measured
        const { delaysMs, cpuMsPerChange, longestStallMs } = measured
        const what = `${gateways} gateways, ${size} peers, ${servedBy === 0 ? 'one core' : 'two cores'}`
        const cells = [
          ratio(at(delaysMs, 0.99), at(base.delaysMs, 0.99)),
          at(delaysMs, 0.5).toFixed(1),
          at(delaysMs, 0.99).toFixed(1),
          cpuMsPerChange.toFixed(1),
          longestStallMs.toFixed(0),
        ]
        print(row(what, cells))
      }
    }
  }
}

async function benchStats(): Promise<void> {
  const location = locationOf(MANY)
  const gateway = new OneGateway(location.gatewayPort, location.tokens[0] ?? '')
  const times: number[] = []
  try {
    await gateway.report(location.keys, 0)
    const bytes = await sizeOfStats(location)
    const { cpuMs, longestStallMs } = await location.costOf(async () => {
      for (let round = 1; round <= REPORT_ROUNDS; round++)
        times.push(await gateway.report(location.keys, round))
    })
    const ms = at(
      times.sort((a, b) => a - b),
      0.5,
    )
    print(`\nStats: ${MANY} reports of one gateway, ${REPORT_ROUNDS} times, nothing vacuumed`)
    print(row('table and indexes, of once', [ratio(await sizeOfStats(location), bytes)]))
    print(row('until written, ms', [ms.toFixed(0)]))
    print(row('CPU of core, ms', [(cpuMs / REPORT_ROUNDS).toFixed(0)]))
    print(row('longest stall, ms', [longestStallMs.toFixed(0)]))
    print(row('100 such gateways, of the time', [ratio(100 * ms, REPORT_PERIOD_MS)]))
  } finally {
    gateway.close()
  }
}

async function sizeOfStats(location: BusyLocation): Promise<number> {
  const [[bytes] = []] = await run(location.url, `select pg_total_relation_size('device_stats')`)
  return Number(bytes)
}

function locationOf(size: number): BusyLocation {
  return locations.get(size) as BusyLocation
}

function at(ascending: readonly number[], share: number): number {
  return ascending[Math.floor(ascending.length * share)] ?? Number.NaN
}

function ratio(value: number, base: number): string {
  return (value / base).toFixed(2)
}

function row(what: string, cells: readonly string[]): string {
  return what.padEnd(38) + cells.map((cell) => cell.padStart(18)).join('')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
