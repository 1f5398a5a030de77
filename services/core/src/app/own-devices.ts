import { shareAccess } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as devices from '../db/devices.js'
import * as settingsRow from '../db/settings.js'
import type { Clock } from '../domain/clock.js'
import { asPerson } from './audit.js'
import type { LoggedIn } from './caller.js'
import { assertManagesOwnDevices } from './device-management.js'
import { removeDevice } from './device-removal.js'
import { type DeviceView, listDeviceViews, noDevice } from './devices.js'
import type { Invitation, Invitations } from './invitations.js'
import type { PageOf, PageRequest } from './paging.js'
import { lockSelf, type Target } from './targets.js'

/** What anybody who can log in does about their own devices. */
export class OwnDevices {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly invitations: Invitations,
  ) {}

  async list(person: LoggedIn, request: PageRequest): Promise<PageOf<DeviceView>> {
    return listDeviceViews(this.db, { ownerId: person.userId }, request)
  }

  /**
   * Removes a device of the person. Another's is answered as one that is not there.
   * @throws DomainError `devices_admin_only`, `not_found`
   */
  async remove(person: LoggedIn, id: number): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await shareAccess(tx)
      const { id: ownerId } = await hold(tx, person)
      const device = await devices.lockOwn(tx, ownerId, id)
      if (!device) throw noDevice(id)
      await removeDevice(tx, asPerson(person), device, this.clock())
    })
  }

  /**
   * A token with which the person adds a device in the client; older ones end.
   * @throws DomainError `devices_admin_only`, `user_disabled`, `invalid_argument`
   */
  async issueDesktopActivation(
    person: LoggedIn,
    expiresInMs: number | undefined,
  ): Promise<Invitation> {
    return inTransaction(this.db, async (tx) => {
      const user = await hold(tx, person)
      const options = { sendEmail: false, email: undefined, expiresInMs }
      const kind = 'desktop_activation'
      return this.invitations.issueToPerson(tx, person, user, kind, options, this.clock())
    })
  }
}

/** The person, if they may manage their devices. */
async function hold(tx: Tx, person: LoggedIn): Promise<Target> {
  const self = await lockSelf(tx, person)
  await assertManagesOwnDevices(tx, self.id, await settingsRow.get(tx))
  return self
}
