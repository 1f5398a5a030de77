import { type Db, inTransaction, type Tx } from '../db/database.js'
import type { Outage } from '../db/gateway-outages.js'
import * as gatewayOutages from '../db/gateway-outages.js'
import type { Settings } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import { after } from '../domain/clock.js'
import type { Language } from '../domain/language.js'
import type { Sealer } from '../domain/sealing.js'
import {
  gatewayDisconnectedMail,
  gatewayReconnectedMail,
  type OutgoingMail,
} from '../mail/messages.js'
import { languageOf } from './instance-settings.js'
import { enqueueAll } from './outbox.js'

const MINUTE_MS = 60_000
/**
 * When nobody has looked for so long, all cores or the database were away, and nobody could tell
 * whether gateways were there: each has the whole threshold anew.
 */
const BREAK_MS = 3 * MINUTE_MS
/** So many gateways are named in one mail. */
const NAMED_MAX = 20

/** Tells admins of gateways that are gone and of those that are back, each once. */
export class GatewayOutages {
  constructor(
    private readonly db: Db,
    private readonly sealer: Sealer,
  ) {}

  /** What is noticed at one time is one mail to each admin: when a network fails, many are gone. */
  async notice(now: Date): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const settings = await settingsRow.get(tx)
      const watchedSince = await gatewayOutages.keepWatching(tx, now, BREAK_MS)
      const back = await gatewayOutages.takeBack(tx, now)
      if (!settings.gatewayDisconnectNotificationsEnabled) return
      const minutes = settings.gatewayDisconnectNotificationsInactivityThreshold
      const goneBefore = after(now, -minutes * MINUTE_MS)
      const gone = watchedSince <= goneBefore ? await gatewayOutages.takeGone(tx, goneBefore) : []
      if (gone.length > 0) {
        const variables = summarize(gone, (outage) => ({
          ...describe(outage),
          tokenExpiredAt:
            outage.tokenExpiresAt <= now ? outage.tokenExpiresAt.toISOString() : undefined,
        }))
        await this.tell(tx, settings, now, (recipient, language) =>
          gatewayDisconnectedMail(recipient, language, variables),
        )
      }
      if (back.length > 0 && settings.gatewayDisconnectNotificationsReconnectNotificationEnabled) {
        const variables = summarize(back, (outage) => ({
          ...describe(outage),
          backAt: outage.backAt.toISOString(),
        }))
        await this.tell(tx, settings, now, (recipient, language) =>
          gatewayReconnectedMail(recipient, language, variables),
        )
      }
    })
  }

  private async tell(
    tx: Tx,
    settings: Settings,
    now: Date,
    compose: (recipient: string, language: Language) => OutgoingMail,
  ): Promise<void> {
    const admins = await users.listActiveAdmins(tx)
    const mails = admins.map((admin) => compose(admin.email, languageOf(admin, settings)))
    await enqueueAll(tx, this.sealer, mails, now)
  }
}

function describe({ name, locationName, hostname, goneAt }: Outage) {
  return {
    name,
    location: locationName,
    hostname: hostname ?? undefined,
    goneAt: goneAt.toISOString(),
  }
}

function summarize<T, U>(outages: readonly T[], toShown: (outage: T) => U) {
  const gateways = outages.slice(0, NAMED_MAX).map(toShown)
  return { gateways, more: outages.length - gateways.length }
}
