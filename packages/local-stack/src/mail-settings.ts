import { SettingsServiceService as Settings } from '@defguard/proto/admin/v1/settings'
import type { CoreApi } from './core-api.js'
import { SMTP_HOST } from './service-env.js'

/**
 * Core takes the mail server from its environment only once in a database's life; the catcher may
 * have moved to another port since. Another server, which an admin has set, is left alone.
 */
export async function followMailCatcher(core: CoreApi, port: number): Promise<void> {
  const { settings } = await core.call(Settings.getSettings, {})
  if (settings?.smtp_server !== SMTP_HOST || settings.smtp_port === port) return
  await core.call(Settings.updateSettings, {
    settings: { ...settings, smtp_port: port },
    update_mask: ['smtp_port'],
  })
}
