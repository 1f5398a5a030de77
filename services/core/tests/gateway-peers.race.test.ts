import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { createGroup, updateLocation } from './_access.js'
import { startTestCore, type TestCore, waitFor } from './_core.js'
import { waitingOf, whileHolding } from './_database.js'
import { activePerson, type Follower, followLocation, type TestGateway } from './_gateway.js'

let core: TestCore
const open: TestGateway[] = []
beforeEach(async () => {
  core = await startTestCore()
  await createGroup(core, 'staff')
  await core.createLocation('Office', ['10.1.1.1/24'])
  await core.createLocation('Lab', ['10.2.1.1/24'], { allowed_groups: ['staff'] })
})
afterEach(async () => {
  for (const gateway of open.splice(0)) gateway.close()
  await core.stop()
})

async function follow(location: string): Promise<Follower> {
  const { gateway, follower } = await followLocation(core, location)
  open.push(gateway)
  return follower
}

/**
 * Does something to a person that needs the office, which somebody holds, while the lab is opened to
 * everybody and so gets that person's device.
 */
async function whileLabOpens(act: () => Promise<unknown>): Promise<void> {
  let opening: Promise<unknown> = Promise.resolve()
  await whileHolding(
    core.databaseUrl,
    `select from location where name = 'Office' for update`,
    1,
    act,
    async () => {
      opening = updateLocation(core, 'Lab', { allow_all_groups: true, allowed_groups: [] })
      const waits = waitFor(async () =>
        (await waitingOf(core.databaseUrl)).length === 2 ? true : undefined,
      )
      await Promise.race([opening, waits])
    },
  )
  await opening
}

/** What the gateway of the lab has once core has looked at all locations after all that was. */
async function peersOfLab(lab: Follower, office: Follower): Promise<string[]> {
  const seen = office.updates.length
  await updateLocation(core, 'Office', { port: 51_821 })
  await office.seen(seen + 1)
  return lab.now.peers.map(({ pubkey }) => pubkey)
}

it('leaves nobody a peer who is disabled while their device comes into another location', async () => {
  const [lab, office] = [await follow('Lab'), await follow('Office')]
  await activePerson(core, 'anna')
  await whileLabOpens(() => core.disable('anna'))
  expect(await peersOfLab(lab, office)).toEqual([])
})

it('misses nobody who is enabled while their device comes into another location', async () => {
  const [lab, office] = [await follow('Lab'), await follow('Office')]
  const { pubkey } = await activePerson(core, 'anna')
  await core.disable('anna')
  await whileLabOpens(() => core.enable('anna'))
  expect(await peersOfLab(lab, office)).toEqual([pubkey])
})

it('misses nobody who enrolls while their device comes into another location', async () => {
  const [lab, office] = [await follow('Lab'), await follow('Office')]
  const session = await core.startedEnrollment('pia')
  const { device } = await core.addDevice(session, 'laptop')
  await whileLabOpens(() => core.activate(session, 'Correct-Pia-Battery-1'))
  expect(await peersOfLab(lab, office)).toEqual([device.pubkey])
})
