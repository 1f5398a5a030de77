import type { Tx } from '../db/database.js'
import type { User } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import type { MfaMethod } from '../domain/mfa.js'
import type { Sealer } from '../domain/sealing.js'
import { mfaEnabledMail } from '../mail/messages.js'
import { whomToTell } from './contacts.js'
import { languageOf } from './instance-settings.js'
import { enqueue } from './outbox.js'

/** Mails a person that their account has a second factor now, unless that is switched off. */
export async function tellMfaEnabled(
  tx: Tx,
  sealer: Sealer,
  user: User,
  methods: readonly MfaMethod[],
  issuedBy: number | null,
  now: Date,
): Promise<void> {
  const settings = await settingsRow.get(tx)
  if (!settings.notifyUserMfaEnabled) return
  const mail = mfaEnabledMail(user.email, languageOf(user, settings), {
    instanceName: settings.instanceName,
    methods,
    enabledAt: now.toISOString(),
    tell: await whomToTell(tx, issuedBy, settings),
  })
  await enqueue(tx, sealer, mail, now)
}
