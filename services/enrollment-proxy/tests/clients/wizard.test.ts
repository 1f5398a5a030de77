import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { MINUTE_MS, newPublicKey } from '../../../core/tests/_core.js'
import { PASSWORD, type Pair, startPair } from '../_pair.js'
import { DESKTOPS, Gui } from './_gui.js'
import { deepLinkTo } from './_links.js'
import { totpAt } from './_totp.js'
import { WIZARD_ANSWERS as ANSWERS, Wizard } from './_wizard.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
  await pair.core.createLocation('Office', ['10.1.0.1/24'])
})
afterAll(() => pair.stop())

const clock = () => pair.core.time.now
const browser = () => new Wizard(pair.send, clock)

const Instance = z.object({
  name: z.string(),
  logo: z.string().optional(),
  accent_color: z.string().optional(),
  password_reset_enabled: z.boolean(),
  contact: z.object({ name: z.string(), email: z.string() }).optional(),
})

describe('11.50 wizard', () => {
  it('leads a new person to a password and a device, and survives a reload after each step', async () => {
    const token = await pair.invite('person')
    const wizard = browser()
    const session = () => wizard.read(wizard.get('/enrollment/session'), ANSWERS.start)
    await wizard.read(wizard.get('/instance'), Instance)
    const started = await wizard.read(wizard.post('/enrollment/start', { token }), ANSWERS.start)
    expect(await session()).toEqual(started)
    const activation = { password: PASSWORD, phone_number: null }
    await wizard.read(wizard.post('/enrollment/activate_user', activation), ANSWERS.nothing)
    const enrolled = { ...started.user, enrolled: true }
    expect((await session()).user).toEqual(enrolled)
    const device = { name: ' My laptop ', pubkey: newPublicKey() }
    const made = wizard.post('/enrollment/create_device', device)
    expect(await wizard.read(made, ANSWERS.deviceConfig)).toMatchObject({
      device: { name: 'My laptop', pubkey: device.pubkey },
      configs: [{ network_name: 'Office' }],
    })
    const last = await wizard.get('/enrollment/session')
    expect(last.json?.user).toEqual({ ...enrolled, device_names: ['My laptop'] })
    expect(last.headers['set-cookie']).toBeUndefined()
  })

  it('hands its link to the desktop app, which enrolls within the same ten minutes', async () => {
    const token = await pair.invite('handover')
    const wizard = browser()
    const start = () => wizard.read(wizard.post('/enrollment/start', { token }), ANSWERS.start)
    const session = () => wizard.read(wizard.get('/enrollment/session'), ANSWERS.start)
    const { deadline_timestamp } = await start()
    pair.core.advance(90_000)
    const app = new Gui(DESKTOPS['1.6'], pair.send)
    await app.openLink(deepLinkTo(token))
    expect(app.page?.deadline_timestamp).toBe(deadline_timestamp)
    expect((await session()).user).toMatchObject({ enrolled: false, device_names: [] })
    await app.createDevice('pc')
    await app.activate(PASSWORD)
    // The page that waits in the browser notices.
    expect(await session()).toMatchObject({
      deadline_timestamp,
      user: { enrolled: true, device_names: ['pc'] },
    })
    const late = await wizard.post('/enrollment/activate_user', { password: PASSWORD })
    expect(late).toMatchObject({ status: 400, json: { reason: 'already_enrolled' } })
  })

  it('sets a second factor up, and tells another page of the same browser that it is ready', async () => {
    const token = await pair.invite('careful')
    const wizard = browser()
    const isReady = async () => (await wizard.get('/enrollment/session')).json?.mfa_finished
    await wizard.post('/enrollment/start', { token })
    const mfa = '/enrollment/register-mfa/code'
    const begun = wizard.post(`${mfa}/start`, { method: 'Totp' })
    const { totp_secret } = await wizard.read(begun, ANSWERS.mfaStart)
    expect(await isReady()).toBe(false)
    const proof = { method: 'Totp', code: totpAt(totp_secret ?? '', clock()) }
    await wizard.read(wizard.post(`${mfa}/finish`, proof), ANSWERS.mfaFinish)
    expect(await isReady()).toBe(true)
    // A page that opens the link once more gets a session of its own, without the factor.
    await wizard.post('/enrollment/start', { token })
    expect(await isReady()).toBe(false)
  })

  it('tells the admin of a mistake in the data, and later of the link that is dead', async () => {
    const token = await pair.invite('misspelt')
    const wizard = browser()
    await wizard.post('/enrollment/start', { token })
    const note = { text: 'My name is Joe, not Jo.' }
    await wizard.read(wizard.post('/enrollment/note', note), ANSWERS.nothing)
    await pair.core.mail('adam@example.com', note.text)
    pair.core.advance(10 * MINUTE_MS)
    const again = await wizard.post('/enrollment/start', { token })
    expect(again).toMatchObject({ status: 401, json: { reason: 'token_used' } })
    await wizard.read(wizard.post('/enrollment/request_link', { token }), ANSWERS.nothing)
    await pair.core.mail('adam@example.com', 'enrollment resend')
  })

  it('leads who forgot their password to a new one', async () => {
    await pair.core.createUser('forgetful', { password: 'the old passphrase' })
    const wizard = browser()
    const email = { email: 'forgetful@example.com' }
    await wizard.read(wizard.post('/password-reset/request', email), ANSWERS.nothing)
    const link = { token: await pair.mailedResetToken('forgetful') }
    await wizard.read(wizard.post('/password-reset/start', link), ANSWERS.resetStart)
    const password = { password: PASSWORD }
    await wizard.read(wizard.post('/password-reset/reset', password), ANSWERS.nothing)
    expect(await pair.core.acceptsPassword('forgetful', PASSWORD)).toBe(true)
  })
})
