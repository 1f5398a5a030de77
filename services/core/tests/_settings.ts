import { Settings } from '@defguard/proto/admin/v1/settings'
import type { TestCore } from './_core.js'

/** Changes exactly the settings that are given; one that is given as undefined is cleared. */
export async function changeSettings(
  core: TestCore,
  values: { readonly [Field in keyof Settings]?: Settings[Field] | undefined },
): Promise<Settings> {
  const { settings } = await core.clients.settings.updateSettings({
    settings: { ...Settings.decode(new Uint8Array()), ...values } as Settings,
    update_mask: Object.keys(values),
  })
  if (!settings) throw new Error('no settings came back')
  return settings
}
