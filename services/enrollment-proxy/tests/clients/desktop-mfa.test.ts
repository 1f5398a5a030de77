import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { factorsOf } from '../../../core/tests/_mfa.js'
import { PASSWORD, type Pair, startPair } from '../_pair.js'
import { DESKTOPS, Gui } from './_gui.js'
import { deepLinkTo } from './_links.js'
import { totpAt } from './_totp.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
  await pair.query('update settings set enrollment_mfa_required = true')
})
afterAll(() => pair.stop())

type Name = keyof typeof DESKTOPS

async function begin(name: Name, username: string): Promise<Gui> {
  const gui = new Gui(DESKTOPS[name], pair.send)
  await gui.openLink(deepLinkTo(await pair.invite(username)))
  return gui
}

async function isEnrolled(username: string): Promise<boolean | undefined> {
  return (await pair.core.clients.users.getUser({ username })).user?.enrolled
}

describe.each<Name>(['1.5', '1.6', '2.0'])(
  '11.50 desktop %s where new accounts need a second factor',
  (name) => {
    it('sets up an authenticator app, which the account then has', async () => {
      const username = `totp-${name}`
      const gui = await begin(name, username)
      expect(gui.page?.settings.mfa_required).toBe(true)
      await gui.createDevice('pc')
      const codes = await gui.setUpMfa('Totp', (secret) => totpAt(secret, pair.core.time.now))
      expect(codes).toHaveLength(8)
      expect(await gui.activate(PASSWORD)).toBe(true)
      expect(await factorsOf(pair.core, username)).toEqual({
        totp: true,
        email: false,
        recovery: 8,
      })
      expect(await isEnrolled(username)).toBe(true)
    })

    it('sets up codes by mail', async () => {
      const username = `codes-${name}`
      const gui = await begin(name, username)
      const readMail = async () => {
        const { text } = await pair.core.mail(`${username}@example.com`)
        return /\b\d{6}\b/.exec(text)?.[0] ?? ''
      }
      expect(await gui.setUpMfa('Email', readMail)).toHaveLength(8)
      expect(await gui.activate(PASSWORD)).toBe(true)
      expect(await factorsOf(pair.core, username)).toEqual({
        totp: false,
        email: true,
        recovery: 8,
      })
    })
  },
)

describe('11.50 desktop where new accounts need a second factor', () => {
  it('1.4, which knows none, is not kept out', async () => {
    const gui = await begin('1.4', 'oldest')
    expect(await gui.createDevice('pc')).toBe(true)
    expect(await gui.activate(PASSWORD)).toBe(true)
    expect(gui.shown).toEqual([])
  })

  it('2.0 is told when its person leaves the set-up half done', async () => {
    const gui = await begin('2.0', 'halfway')
    const lost = gui.setUpMfa('Totp', () => {
      throw new Error('the phone is at home')
    })
    await expect(lost).rejects.toThrow('at home')
    expect(await gui.activate(PASSWORD)).toBe(false)
    expect(gui.shown).toEqual(['multi-factor authentication is not set up'])
    expect(await isEnrolled('halfway')).toBe(false)
  })
})
