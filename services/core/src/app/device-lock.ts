import type { Tx } from '../db/database.js'
import * as devices from '../db/devices.js'
import * as enrollmentTokens from '../db/enrollment-tokens.js'
import type { Device } from '../db/schema.js'
import type { UserAdmin } from './caller.js'
import { noDevice } from './devices.js'
import { assertAdmin, holdActor, lockTargetById } from './targets.js'

/**
 * A device that the caller may act on, held with what is always held before it: its person, or the
 * tokens of a network device. So nothing is enrolled with it or put on it meanwhile.
 * @throws DomainError `not_found`, and those of `lockTarget`
 */
export async function lockDevice(tx: Tx, by: UserAdmin, id: number): Promise<Device> {
  const seen = await devices.findById(tx, id)
  if (!seen) throw noDevice(id)
  if (seen.userId !== null) {
    // A device never gets another owner.
    await lockTargetById(tx, by, seen.userId)
  } else {
    assertAdmin(by)
    await holdActor(tx, by)
    await enrollmentTokens.lockOfDevice(tx, id)
  }
  const device = await devices.lock(tx, id)
  if (!device) throw noDevice(id)
  return device
}
