import type { AddedDevice, Enrolling, Farewell } from './flow.js'

export function farewellOf({ session, device, lostDevice }: Enrolling): Farewell {
  return {
    firstName: session.user.first_name,
    login: session.user.login,
    instanceName: session.instance.name,
    message: session.final_page_content,
    admin: session.admin,
    deviceName: device ? configuredName(device) : lostDevice,
  }
}

function configuredName(device: AddedDevice): string | undefined {
  return hasConfiguration(device) ? device.name : undefined
}

/** False where the person has no location yet: then there is nothing to save. */
export function hasConfiguration({ configs }: AddedDevice): boolean {
  return configs.length > 0
}
