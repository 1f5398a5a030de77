// The public API through the real pair beside what the same stack costs empty: `pnpm bench api`.
// PostgreSQL does not wait for the disk here, neither for us nor for the baselines.
import { startEphemeralPostgres } from '@defguard/local-stack/ephemeral-postgres'
import type { ClientRequest, Measured } from './api/load.ts'
import { Company, type Requests } from './api/people.ts'
import { startBaselines, startGenerator, startPair } from './api/processes.ts'
import { StatementCounter } from './api/statements.ts'
import { type Cell, table, toCell } from './api/table.ts'
import { createDatabase, run } from './database.ts'
import { Processes } from './processes.ts'

const CONNECTIONS = [1, 50, 200]
const LOCATIONS = [1, 200]
/** Each cell is measured in turn with the others, so that the machine's moods meet all alike. */
const ROUNDS = 3
const WARM_UP_MS = 500
const MEASURED_MS = 2_000
const COUNTED_REQUESTS = 20
const BASELINE_ROWS = 10_000
const SELECT = 'Express → gRPC → SELECT'

interface Target {
  readonly what: string
  readonly port: number
  readonly requests: readonly ClientRequest[]
}

const postgres = await startEphemeralPostgres(100)
const processes = new Processes()
try {
  const databaseUrl = await createDatabase(postgres.url, 'company')
  const baselineUrl = await createDatabase(postgres.url, 'baseline')
  await fillBaseline(baselineUrl)
  const { barePort, selectPort } = await startBaselines(processes, baselineUrl)
  const pair = await startPair(processes, databaseUrl)
  const { proxyPort } = pair
  const generate = startGenerator(processes)
  const company = new Company(await pair.apiOf('admin'), await pair.apiOf('proxy'))
  await company.logIn()
  await company.growTo(1)
  const requests = await company.requests()

  const measure = async (target: Target, connections: number): Promise<Measured> => {
    const load = { connections, warmUpMs: WARM_UP_MS, measuredMs: MEASURED_MS }
    const measured = await generate({ ...load, port: target.port, requests: target.requests })
    if (measured.refusals.length > 0) throw new Error(`${target.what}: ${measured.refusals}`)
    return measured
  }

  const statements: string[] = []
  for (const locations of LOCATIONS) {
    await company.growTo(locations)
    const ours = (what: keyof Requests) => ({ what, port: proxyPort, requests: requests[what] })
    const targets: Target[] = [
      { what: SELECT, port: selectPort, requests: baselineRequests(locations) },
      ours('network_info'),
      ours('poll'),
    ]
    if (locations === 1) {
      // Neither of them has anything to do with locations.
      targets.unshift({ what: 'Express alone', port: barePort, requests: baselineRequests(1) })
      targets.push(ours('start'))
    }
    for (const target of targets) await measure(target, 50) // compiled before it counts
    const cells: Cell[] = []
    for (const connections of CONNECTIONS) {
      const rounds = new Map(targets.map((target) => [target, [] as Measured[]]))
      for (let round = 0; round < ROUNDS; round++) {
        for (const target of targets) {
          rounds.get(target)?.push(await measure(target, connections))
        }
      }
      for (const [{ what }, measured] of rounds) cells.push(toCell(what, connections, measured))
    }
    const places = locations === 1 ? '1 location' : `${locations} locations`
    process.stdout.write(`${table(places, cells, SELECT)}\n`)
    statements.push(`${places}: ${await countStatements(databaseUrl, requests)}`)
  }
  process.stdout.write(`SQL statements per request, BEGIN and COMMIT included\n`)
  process.stdout.write(`${statements.join('\n')}\n`)
  company.close()
} finally {
  await processes.end()
  await postgres.stop()
}

async function fillBaseline(url: string): Promise<void> {
  await run(url, 'create table baseline (token text primary key, locations int not null)')
  const rows = LOCATIONS.map(
    (n) => `select '${n}-' || i, ${n} from generate_series(0, ${BASELINE_ROWS - 1}) i`,
  )
  await run(url, `insert into baseline ${rows.join(' union all ')}`)
  await run(url, 'analyze baseline')
}

function baselineRequests(locations: number): ClientRequest[] {
  return Array.from({ length: 200 }, (_, i) => ({
    path: '/',
    body: { token: `${locations}-${i * 40}` },
  }))
}

/** With a pair of its own, behind a counter; the least of several, as core also works by itself. */
async function countStatements(databaseUrl: string, requests: Requests): Promise<string> {
  const counter = new StatementCounter(databaseUrl)
  const pair = await startPair(processes, await counter.listen())
  const counts: string[] = []
  for (const [what, [request]] of Object.entries(requests)) {
    const { path, body, cookie } = request as ClientRequest
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < COUNTED_REQUESTS; i++) {
      const before = counter.count
      const answer = await fetch(`http://127.0.0.1:${pair.proxyPort}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(cookie && { Cookie: cookie }) },
        body: JSON.stringify(body),
      })
      await answer.arrayBuffer()
      if (!answer.ok) throw new Error(`${what}: ${answer.status}`)
      least = Math.min(least, counter.count - before)
    }
    counts.push(`${what} ${least}`)
  }
  await pair.stop()
  counter.close()
  return counts.join(', ')
}
