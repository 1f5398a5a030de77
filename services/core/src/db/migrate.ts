import { Migrator } from 'kysely/migration'
import { openDatabase } from './database.js'
import * as init from './migrations/0001-init.js'
import * as clients from './migrations/0002-clients.js'
import * as passwordReset from './migrations/0003-password-reset.js'
import * as mfa from './migrations/0004-mfa.js'
import * as helpRequests from './migrations/0005-help-requests.js'
import * as watch from './migrations/0009-watch.js'
import * as locationSettingsRevision from './migrations/0010-location-settings-revision.js'
import * as mailAttempts from './migrations/0011-mail-attempts.js'
import * as smtpSettings from './migrations/0012-smtp-settings.js'
import * as onboarding from './migrations/0014-onboarding.js'
import * as suggestedLanguage from './migrations/0015-suggested-language.js'
import * as reminders from './migrations/0016-reminders.js'
import * as limits from './migrations/0017-limits.js'
import * as apiTokens from './migrations/0018-api-tokens.js'
import * as auditChain from './migrations/0019-audit-chain.js'
import * as gateways from './migrations/0020-gateways.js'
import * as deviceStats from './migrations/0021-device-stats.js'
import * as gatewayOutages from './migrations/0022-gateway-outages.js'
import * as peerDisconnectThreshold from './migrations/0023-peer-disconnect-threshold.js'
import * as deviceStatsRoom from './migrations/0024-device-stats-room.js'
import * as gatewayTokenKeys from './migrations/0025-gateway-token-keys.js'
import * as gatewayRevision from './migrations/0026-gateway-revision.js'
import * as keepaliveChangedAt from './migrations/0027-keepalive-changed-at.js'

/** In the order of their names; a name never changes once it was released. */
const MIGRATIONS = {
  '0001-init': init,
  '0002-clients': clients,
  '0003-password-reset': passwordReset,
  '0004-mfa': mfa,
  '0005-help-requests': helpRequests,
  '0009-watch': watch,
  '0010-location-settings-revision': locationSettingsRevision,
  '0011-mail-attempts': mailAttempts,
  '0012-smtp-settings': smtpSettings,
  '0014-onboarding': onboarding,
  '0015-suggested-language': suggestedLanguage,
  '0016-reminders': reminders,
  '0017-limits': limits,
  '0018-api-tokens': apiTokens,
  '0019-audit-chain': auditChain,
  '0020-gateways': gateways,
  '0021-device-stats': deviceStats,
  '0022-gateway-outages': gatewayOutages,
  '0023-peer-disconnect-threshold': peerDisconnectThreshold,
  '0024-device-stats-room': deviceStatsRoom,
  '0025-gateway-token-keys': gatewayTokenKeys,
  '0026-gateway-revision': gatewayRevision,
  '0027-keepalive-changed-at': keepaliveChangedAt,
}

/** A large table may take its time, and the second core waits for the first. */
const NO_TIMEOUT = 0

/** Brings the database to the newest schema. Several cores may start at once: one works, the others wait. */
export async function migrate(url: string): Promise<void> {
  const db = openDatabase({
    url,
    poolMax: 2,
    statementTimeoutMs: NO_TIMEOUT,
    onIdleError: () => {},
  })
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  try {
    const { error } = await migrator.migrateToLatest()
    if (error) throw error
  } finally {
    await db.destroy()
  }
}
