import type { Logger } from '@defguard/runtime/logger'
import * as adminSessions from '../db/admin-sessions.js'
import { tryMaintenance } from '../db/advisory-locks.js'
import * as apiTokens from '../db/api-tokens.js'
import * as callCounts from '../db/call-counts.js'
import { type Db, inTransaction } from '../db/database.js'
import * as deviceStats from '../db/device-stats.js'
import * as tokenEnds from '../db/enrollment-token-ends.js'
import * as gateways from '../db/gateways.js'
import * as loginAddresses from '../db/login-addresses.js'
import * as loginCodes from '../db/login-codes.js'
import * as mailEnds from '../db/mail-ends.js'
import * as mfaSetups from '../db/mfa-setups.js'
import * as passwordResetTokens from '../db/password-reset-tokens.js'
import * as pollingTokens from '../db/polling-tokens.js'
import * as users from '../db/users.js'
import { after, type Clock } from '../domain/clock.js'
import { KNOWN_ADDRESS_MS } from '../domain/login.js'
import type { AuditRetention } from './audit-retention.js'
import { recordEnds } from './enrollment-ends.js'
import { recordGatewayConnections } from './gateway-connections.js'
import type { GatewayOutages } from './gateway-outages.js'
import { POLLING_LAPSE_MS } from './polling.js'
import { endTokens } from './token-ends.js'

const INTERVAL_MS = 60_000
const DAY_MS = 24 * 3_600_000
/** Until then a dead link can say why it is dead. */
const KEEP_DEAD_MS = 30 * DAY_MS
const BATCH_MAX = 100
/** How long admins can look up what became of a mail. */
const KEEP_MAILS_MS = 90 * DAY_MS
/** So many old mails go at a time. */
const MAILS_MAX = 1_000
/** What is left of a flood of addresses goes with the next run. */
const SWEEPS_MAX = 20

/** Clears away what time has ended, once a minute, on one core at a time. */
export class Maintenance {
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly auditRetention: AuditRetention,
    private readonly gatewayOutages: GatewayOutages,
    private readonly log: Logger,
    private readonly keep: { readonly gatewayStatsMs: number },
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.run().finally(() => {
        this.#running = undefined
      })
    }, INTERVAL_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  async run(): Promise<void> {
    try {
      await recordEnds(this.db, this.clock())
      await this.sweepCounts()
      await inTransaction(this.db, async (tx) => {
        if (!(await tryMaintenance(tx))) return
        const now = this.clock()
        const lapsed = await tokenEnds.findLapsedWithDevices(tx, now, BATCH_MAX)
        for (const { userId, tokenIds } of lapsed) {
          const user = await users.lock(tx, userId)
          if (user) await endTokens(tx, tokenIds, user, now)
        }
        await tokenEnds.deleteDead(tx, after(now, -KEEP_DEAD_MS))
        await pollingTokens.deleteUnused(tx, after(now, -POLLING_LAPSE_MS))
        await passwordResetTokens.deleteDead(tx, after(now, -KEEP_DEAD_MS))
        await adminSessions.deleteExpired(tx, after(now, -KEEP_DEAD_MS))
        await apiTokens.deleteDead(tx, after(now, -KEEP_DEAD_MS))
        await deviceStats.deleteOld(tx, now, this.keep.gatewayStatsMs)
        await loginAddresses.deleteOld(tx, after(now, -KNOWN_ADDRESS_MS))
        await mailEnds.requeueLost(tx, now)
        await mailEnds.giveUpOfLapsedTokens(tx, now, 'the token is no longer open')
        await mailEnds.giveUpExpired(tx, now, 'it came too late')
        await mfaSetups.deleteOver(tx, now)
        await loginCodes.deleteExpired(tx, now)
        await mailEnds.eraseOld(tx, after(now, -KEEP_DEAD_MS), 'it waited too long')
        await mailEnds.deleteOver(tx, after(now, -KEEP_MAILS_MS), MAILS_MAX)
      })
      await recordGatewayConnections(this.db, this.clock())
      await this.gatewayOutages.notice(this.clock())
      await this.warnOfGatewayTokens()
      await this.auditRetention.drop(this.clock())
    } catch (err) {
      this.log.warn({ err }, 'maintenance is interrupted')
    }
  }

  /** Of each once a day, by one core. */
  private async warnOfGatewayTokens(): Promise<void> {
    const expiring = await gateways.takeExpiring(this.db, this.clock(), DAY_MS)
    for (const { name, locationName, expiresAt } of expiring) {
      const about = { gateway: name, location: locationName, until: expiresAt }
      this.log.warn(about, 'the token of a gateway is about to expire')
    }
  }

  /** In pieces, each its own transaction: nobody who is counted waits for all of it. */
  private async sweepCounts(): Promise<void> {
    for (let pieces = 0; pieces < SWEEPS_MAX; pieces++)
      if (!(await callCounts.sweep(this.db, this.clock()))) return
  }
}
