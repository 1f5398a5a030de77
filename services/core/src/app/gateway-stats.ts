import type { Logger } from '@defguard/runtime/logger'
import type { Db } from '../db/database.js'
import * as deviceStats from '../db/device-stats.js'
import type { Clock } from '../domain/clock.js'
import type { PeerReport } from '../domain/gateway.js'
import type { KnownGateway } from './gateway-gate.js'
import type { Fail, StreamPlaces } from './stream-places.js'

const WRITE_MS = 1_000
/** So many reports of one gateway wait to be written; what is beyond has to come again. */
const WAITING_MAX = 10_000

/** What gateways say of their peers: the latest of each, written once a second. */
export class GatewayStats {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly reporters: StreamPlaces,
    private readonly log: Logger,
  ) {}

  /**
   * Takes what a gateway says until it says no more, or may not.
   * @param fail ends its stream
   */
  async collect(
    gateway: KnownGateway,
    reports: AsyncIterable<(now: Date) => PeerReport | undefined>,
    fail: Fail,
  ): Promise<void> {
    const waiting = new Map<string, PeerReport>()
    let writing: Promise<void> = Promise.resolve()
    const write = () => {
      writing = writing.then(() => this.write(gateway, waiting))
    }
    const timer = setInterval(write, WRITE_MS)
    const leavePlace = this.reporters.take(gateway.id, fail)
    try {
      for await (const parse of reports) {
        const report = parse(this.clock())
        if (report && (waiting.size < WAITING_MAX || waiting.has(report.publicKey)))
          waiting.set(report.publicKey, report)
      }
    } finally {
      leavePlace()
      clearInterval(timer)
      write()
      await writing
    }
  }

  /** What cannot be written now is lost: the next report says more. */
  private async write(gateway: KnownGateway, waiting: Map<string, PeerReport>): Promise<void> {
    if (waiting.size === 0) return
    const reports = [...waiting.values()]
    waiting.clear()
    try {
      const known = await deviceStats.write(this.db, gateway, reports, this.clock())
      const unknown = reports.length - known
      if (unknown > 0) this.log.debug({ gateway: gateway.name, unknown }, 'reports of no peers')
    } catch (err) {
      this.log.warn({ err, gateway: gateway.name }, 'reports of a gateway are lost')
    }
  }
}
