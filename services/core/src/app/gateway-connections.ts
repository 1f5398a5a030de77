import { type Db, inTransaction } from '../db/database.js'
import * as gatewayStreams from '../db/gateway-streams.js'
import { auditAll, SYSTEM } from './audit.js'

/**
 * Records which gateways have come and gone since it was last looked. One that is back before the
 * next look was not away, so that one that comes every second does not fill the audit log.
 */
export async function recordGatewayConnections(db: Db, now: Date): Promise<void> {
  await inTransaction(db, async (tx) => {
    const changed = await gatewayStreams.takeChanged(tx, now)
    for (const isConnected of [false, true]) {
      const objects = changed
        .filter((gateway) => gateway.isConnected === isConnected)
        .map(({ id, name, hostname, locationName }) => ({
          ...({ kind: 'gateway', id, name } as const),
          details: { location: locationName, hostname },
        }))
      const action = isConnected ? 'gateway.connected' : 'gateway.disconnected'
      await auditAll(tx, now, SYSTEM, action, objects)
    }
  })
}
