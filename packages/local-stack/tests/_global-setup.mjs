import { randomBytes } from 'node:crypto'
import { startEphemeralPostgres } from '../dist/ephemeral-postgres.js'

const MAX_CONNECTIONS = 400 // every worker has a core or two with a pool each

/** One PostgreSQL for the whole run, unless the operator names one. */
// biome-ignore lint/style/noDefaultExport: Jest calls the default export
export default async function setup() {
  process.env.DEFGUARD_TEST_RUN = randomBytes(4).toString('hex')
  if (process.env.DEFGUARD_TEST_DATABASE_URL) return
  const postgres = await startEphemeralPostgres(MAX_CONNECTIONS)
  process.env.DEFGUARD_TEST_DATABASE_URL = postgres.url
  globalThis.stopTestPostgres = async () => {
    delete process.env.DEFGUARD_TEST_DATABASE_URL
    await postgres.stop()
  }
}
