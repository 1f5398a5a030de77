// What the number of a location's devices costs: `pnpm bench devices`. The locations take turns, one
// call each, so that all of them see the same load of the machine.
import { startEphemeralPostgres } from '@defguard/local-stack/ephemeral-postgres'
import { FullLocation } from './devices/full-location.ts'

const SIZES = [100, 10_000, 100_000]
const ROUNDS = 200
const WARM_UP = 20
const DISABLED = 50
const CONFIG_ROUNDS = 3

const postgres = await startEphemeralPostgres(100)
const locations: FullLocation[] = []
try {
  for (const size of SIZES) locations.push(await FullLocation.open(postgres.url, size))
  await inTurns(WARM_UP, (location) => location.createDevice())
  await inTurns(WARM_UP, (location) => location.networkInfo())
  print(['devices', ...SIZES.map(String), `${SIZES.at(-1)} / ${SIZES[0]}`])
  const opened = locations.map((location) => location.openedInMs)
  report('location for them all', opened)
  report('create_device', await inTurns(ROUNDS, (location) => location.createDevice()))
  report('network_info', await inTurns(ROUNDS, (location) => location.networkInfo()))
  report('disable_user', await inTurns(DISABLED, (location) => location.disableUser()))
  report('server-config', await inTurns(CONFIG_ROUNDS, (location) => location.serverConfig()))
} finally {
  for (const location of locations) await location.close()
  await postgres.stop()
}

/** The median of each location. */
async function inTurns(
  rounds: number,
  measure: (location: FullLocation) => Promise<number>,
): Promise<number[]> {
  const times = locations.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [at, location] of locations.entries()) times[at]?.push(await measure(location))
  }
  return times.map((of) => of.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN)
}

function report(what: string, ms: readonly number[]): void {
  const ratio = (ms.at(-1) ?? Number.NaN) / (ms[0] ?? Number.NaN)
  print([`${what}, ms`, ...ms.map((time) => time.toFixed(1)), ratio.toFixed(2)])
}

function print([what = '', ...cells]: readonly string[]): void {
  process.stdout.write(`${what.padEnd(25)}${cells.map((cell) => cell.padStart(14)).join('')}\n`)
}
