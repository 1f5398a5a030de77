import type { Settings } from '../db/schema.js'
import type { Branding } from '../mail/render.js'

/** How the company's mails look. */
export function brandingOf(settings: Settings): Branding {
  return {
    instanceName: settings.instanceName,
    ...(settings.accentColor === null ? {} : { accentColor: settings.accentColor }),
    ...(settings.logo === null ? {} : { logo: settings.logo }),
  }
}
