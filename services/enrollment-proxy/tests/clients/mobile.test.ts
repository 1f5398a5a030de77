import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { MINUTE_MS } from '../../../core/tests/_core.js'
import { PASSWORD, type Pair, startPair } from '../_pair.js'
import { qrTo } from './_links.js'
import { Mobile } from './_mobile.js'
import { Wizard } from './_wizard.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
  await pair.core.createLocation('Office', ['10.1.0.1/24'])
})
afterAll(() => pair.stop())

const clock = () => pair.core.time.now

/** A person who has a password, and the token whose QR code the wizard shows afterwards. */
async function enrolled(username: string): Promise<string> {
  const token = await pair.invite(username)
  const wizard = new Wizard(pair.send, clock)
  await wizard.post('/enrollment/start', { token })
  expect((await wizard.post('/enrollment/activate_user', { password: PASSWORD })).status).toBe(200)
  return token
}

describe('11.50 mobile', () => {
  it('adds itself by the QR code that the wizard shows after activation', async () => {
    const phone = new Mobile(pair.send, clock)
    await phone.scan(qrTo(await enrolled('phone')))
    await phone.createDevice('Jo’s iPhone')
    expect(phone.kept?.device.name).toBe('Jo’s iPhone')
    expect(phone.kept?.configs).toHaveLength(1)
  })

  it('adds itself by the QR code an admin sends, and is brought up to date by the next', async () => {
    await pair.core.createUser('update', { password: PASSWORD })
    const phone = new Mobile(pair.send, clock)
    await phone.scan((await pair.desktopInvitation('update')).qr)
    await phone.createDevice('Pixel')
    const before = phone.kept
    await phone.scan((await pair.desktopInvitation('update')).qr)
    expect(phone.deviceNames).toEqual(['Pixel'])
    await phone.update()
    expect(phone.kept).toEqual({ ...before, token: expect.stringMatching(/^dgp_/) })
    expect(phone.kept?.token).not.toBe(before?.token)
  })

  it('leaves its authentication key, polls, and notices what an admin changes', async () => {
    const phone = new Mobile(pair.send, clock)
    await phone.scan(qrTo(await enrolled('polls')))
    await phone.createDevice('Phone')
    await phone.registerAuth()
    await phone.registerAuth()
    expect(await phone.poll()).toBe('same')
    await pair.query(`update location set dns = '{10.1.0.53}'`)
    expect(await phone.poll()).toBe('changed')
    expect(phone.kept?.configs[0]?.dns).toBe('10.1.0.53')
    expect(await phone.poll()).toBe('same')
  })

  it('shows the text of a refusal, and can go on afterwards', async () => {
    const phone = new Mobile(pair.send, clock)
    await expect(phone.scan(qrTo('nobody'))).rejects.toThrow('invalid token')
    await phone.scan(qrTo(await enrolled('empty')))
    await expect(phone.createDevice('')).rejects.toThrow('device name is required')
    await phone.createDevice('Phone')
  })

  it('has no cookie left once the ten minutes are over', async () => {
    const phone = new Mobile(pair.send, clock)
    await phone.scan(qrTo(await enrolled('slow')))
    pair.core.advance(10 * MINUTE_MS)
    await expect(phone.createDevice('Phone')).rejects.toThrow('Missing authorization header')
  })
})
