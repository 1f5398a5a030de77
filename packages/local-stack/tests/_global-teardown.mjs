import { dropTestDatabases } from '../dist/test-database.js'

/** Leaves the operator's server as it was; our own goes with everything in it. */
// biome-ignore lint/style/noDefaultExport: Jest calls the default export
export default async function teardown() {
  await (globalThis.stopTestPostgres ?? dropTestDatabases)()
}
