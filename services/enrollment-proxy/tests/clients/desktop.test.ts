import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { HOUR_MS } from '../../../core/tests/_core.js'
import { PASSWORD, type Pair, PUBLIC_URL, pairOf, startPair } from '../_pair.js'
import { DESKTOPS, Gui } from './_gui.js'
import { deepLinkTo } from './_links.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
  await pair.core.createLocation('Office', ['10.1.0.1/24', 'fd00:1::1/64'])
})
afterAll(() => pair.stop())

type Name = keyof typeof DESKTOPS
const NAMES = Object.keys(DESKTOPS) as Name[]
/** 1.5 and 1.6 say nothing, 2.x looks at the list of names before it asks. */
const SHOWN_FOR_TAKEN_NAME: Record<Name, string[]> = {
  '1.4': ['device name already in use'],
  '1.5': [],
  '1.6': [],
  '2.0': ['name taken'],
}
const app = (name: Name) => new Gui(DESKTOPS[name], pair.send)

/** Names of people, one for each version of each test. */
const personOf = (what: string, name: Name) => `${what}-${name}`

/** A link for somebody who has a password, with which an app adds itself. */
async function desktopLink(username: string): Promise<string> {
  return (await pair.desktopInvitation(username)).deep_link
}

async function createActive(username: string): Promise<string> {
  await pair.core.createUser(username, { password: PASSWORD })
  return username
}

async function isEnrolled(username: string): Promise<boolean | undefined> {
  return (await pair.core.clients.users.getUser({ username })).user?.enrolled
}

describe.each(NAMES)('11.50 desktop %s', (name) => {
  const isSecond = name === '2.0'
  /** Of a device that could not be made, and of a refused password. */
  const saysNothing = name === '1.5' || name === '1.6'

  it('enrolls a new person by the link', async () => {
    const username = personOf('new', name)
    const gui = app(name)
    await gui.openLink(deepLinkTo(await pair.invite(username)))
    expect(gui.page?.user).toMatchObject({ login: username, enrolled: false, device_names: [] })
    expect(await gui.createDevice(` ${username}’s PC `)).toBe(true)
    expect(await gui.activate(` ${PASSWORD} `)).toBe(true)
    gui.save()
    expect(gui.known.size).toBe(1)
    expect(gui.shown).toEqual([])
    expect(await isEnrolled(username)).toBe(true)
    expect(await pair.core.acceptsPassword(username, PASSWORD)).toBe(true)
    expect(gui.page?.final_page_content).toContain('# ')
    expect(await gui.poll()).toBe('same')
  })

  it('enrolls a new person by URL and token typed in, with a stale cookie in its jar', async () => {
    const gui = app(name)
    await gui.openLink(deepLinkTo(await pair.invite(personOf('left', name))))
    const username = personOf('typed', name)
    await gui.typeIn(PUBLIC_URL, await pair.invite(username))
    expect(gui.page?.user.login).toBe(username)
    expect(await gui.createDevice('pc')).toBe(true)
    expect(await gui.activate(PASSWORD)).toBe(true)
    expect(await isEnrolled(username)).toBe(true)
  })

  it('may send device and password in the same moment', async () => {
    const username = personOf('hasty', name)
    const gui = app(name)
    await gui.openLink(deepLinkTo(await pair.invite(username)))
    expect(await Promise.all([gui.createDevice('pc'), gui.activate(PASSWORD)])).toEqual([
      true,
      true,
    ])
    expect(await isEnrolled(username)).toBe(true)
    expect(gui.shown).toEqual([])
  })

  it('gets its device although the first answer was lost', async () => {
    const username = personOf('lost', name)
    let losesAnswers = true
    const gui = new Gui(DESKTOPS[name], async (url, ask) => {
      const answer = await pair.send(url, ask)
      if (losesAnswers && url.endsWith('create_device')) throw new Error('the network is gone')
      return answer
    })
    await gui.openLink(deepLinkTo(await pair.invite(username)))
    await expect(gui.createDevice('pc')).rejects.toThrow('the network is gone')
    losesAnswers = false
    expect(await gui.createDevice('pc')).toBe(true)
    expect(await gui.activate(PASSWORD)).toBe(true)
    gui.save()
    expect(await gui.poll()).toBe('same')
    await gui.openLink(await desktopLink(username))
    expect(gui.page?.user.device_names).toEqual(['pc'])
  })

  it('enrolls its person although there can be no device', async () => {
    const username = personOf('bare', name)
    const gui = app(name)
    await gui.openLink(deepLinkTo(await pair.invite(username)))
    expect(await gui.createDevice('x'.repeat(101))).toBe(false)
    expect(gui.shown).toEqual(saysNothing ? [] : ['invalid device name'])
    expect(await gui.activate(PASSWORD)).toBe(true)
    gui.save()
    expect(gui.known.size).toBe(0)
    expect(await isEnrolled(username)).toBe(true)
  })

  it('adds itself for a person who has a password, whatever it would send as a new one', async () => {
    const username = await createActive(personOf('active', name))
    const gui = app(name)
    await gui.openLink(await desktopLink(username))
    expect(gui.page?.user.enrolled).toBe(true)
    expect(await gui.createDevice('Work station')).toBe(true)
    gui.save()
    expect(await gui.poll()).toBe('same')
  })

  it('adds itself with the link that the browser has enrolled its person with', async () => {
    const token = await pair.invite(personOf('follows', name))
    const cookie = pairOf(await pair.start(token))
    await pair.call(cookie, 'activate_user', { password: PASSWORD })
    const gui = app(name)
    await gui.openLink(deepLinkTo(token))
    expect(gui.page?.user.enrolled).toBe(true)
    expect(await gui.createDevice('Work station')).toBe(true)
    gui.save()
    expect(gui.known.size).toBe(1)
  })

  it('updates an instance that it knows, and may add another device there', async () => {
    const username = await createActive(personOf('known', name))
    const gui = app(name)
    await gui.openLink(await desktopLink(username))
    await gui.createDevice('pc')
    gui.save()
    const [before] = [...gui.known.values()]
    await gui.typeIn(PUBLIC_URL, (await pair.desktopInvitation(username)).token)
    expect(gui.page?.user.device_names).toEqual(['pc'])
    expect(await gui.update()).toBe('updated')
    const [after] = [...gui.known.values()]
    expect(after).toEqual({ ...before, token: expect.not.stringMatching(before?.token ?? '') })
    expect(await gui.createDevice('Pc')).toBe(false)
    expect(await gui.createDevice('another pc')).toBe(true)
    expect(gui.shown).toEqual(SHOWN_FOR_TAKEN_NAME[name])
  })

  it('polls from the start, notices what an admin changes and nothing else', async () => {
    const username = await createActive(personOf('polls', name))
    const gui = app(name)
    await gui.openLink(await desktopLink(username))
    await gui.createDevice('pc')
    gui.save()
    expect(await gui.poll()).toBe('same')
    await pair.query('update location set keepalive_interval = keepalive_interval + 1')
    expect(await gui.poll()).toBe('changed')
    expect(await gui.poll()).toBe('same')
    const [{ token: replaced = '' } = {}] = [...gui.known.values()]
    await gui.openLink(await desktopLink(username))
    await gui.update()
    expect(await gui.poll()).toBe('same')
    expect((await pair.proxy.post('/poll', { token: replaced })).status).toBe(403)
    await pair.disable(username)
    expect(await gui.poll()).toBe('failed')
    expect(gui.shown).toEqual([])
  })

  it('keeps what it knows when the link is another person’s', async () => {
    const gui = app(name)
    await gui.openLink(await desktopLink(await createActive(personOf('mine', name))))
    await gui.createDevice('pc')
    gui.save()
    await gui.openLink(await desktopLink(await createActive(personOf('theirs', name))))
    expect(await gui.update()).toBe('refused')
    expect(gui.known.size).toBe(1)
    expect(gui.shown).toEqual(['enrollment token is not valid for specified device'])
  })

  it('is told that its device is gone, and comes back as a new one', async () => {
    const username = await createActive(personOf('gone', name))
    const gui = app(name)
    await gui.openLink(await desktopLink(username))
    await gui.createDevice('pc')
    gui.save()
    await pair.query(
      'delete from device using "user" where user_id = "user".id and username = $1',
      [username],
    )
    await gui.openLink(await desktopLink(username))
    expect(await gui.update()).toBe(isSecond ? 'forgotten' : 'refused')
    expect(gui.shown).toEqual(isSecond ? [] : ['device not found'])
    expect(await gui.createDevice('pc')).toBe(true)
  })

  it('says what a token is that is of no use', async () => {
    const gui = app(name)
    await gui.openLink(deepLinkTo('dge_nobody'))
    expect(gui.page).toBeUndefined()
    const token = await pair.invite(personOf('late', name))
    pair.core.advance(24 * HOUR_MS)
    await gui.typeIn(PUBLIC_URL, token)
    expect(gui.page).toBeUndefined()
    expect(gui.shown).toEqual(['invalid token', 'Your link is too old.'])
  })

  it('has its refused password corrected and the device it made before', async () => {
    const username = personOf('weak', name)
    const gui = app(name)
    await gui.openLink(deepLinkTo(await pair.invite(username)))
    expect(await gui.createDevice('pc')).toBe(true)
    // 1.5 and 1.6 do not look at the answer: the person begins again with the same link.
    expect(await gui.activate('short')).toBe(saysNothing)
    expect(await isEnrolled(username)).toBe(false)
    if (!isSecond) expect(await gui.createDevice('pc')).toBe(true)
    expect(await gui.activate(PASSWORD, '+48 600 100 300')).toBe(true)
    gui.save()
    const { devices } = await pair.core.clients.devices.listDevices({
      page: undefined,
      username,
      location: '',
    })
    expect(devices).toMatchObject([{ name: 'pc', configured: true }])
    expect(devices[0]?.pubkey).toBe([...gui.known.values()][0]?.pubkey)
  })
})
