import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { createCore } from '../src/core.js'
import { MailRejected } from '../src/mail/transport.js'
import {
  HOUR_MS,
  MINUTE_MS,
  RecordingTransport,
  resetLinks,
  startTestCore,
  type TestCore,
  waitFor,
} from './_core.js'
import { query, waitingOf } from './_database.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const PASSWORD = 'correct horse battery'

/** When this comes back, every request that was made before it has been worked off. */
async function everythingIsWorkedOff(url = core.databaseUrl) {
  await waitFor(async () => {
    const rows = await query(url, 'select id from password_reset_request')
    return rows.length === 0 ? true : undefined
  })
}

function mailsTo(name: string, url = core.databaseUrl) {
  return query<{
    kind: string
    state: string
    last_error: string | null
    variables_sealed: Buffer | null
  }>(
    url,
    `select kind, state, last_error, variables_sealed from mail where recipient = $1
     and kind like 'password%' order by id`,
    [`${name}@example.com`],
  )
}

function mailInState(name: string, state: string) {
  return waitFor(async () => (await mailsTo(name)).find((mail) => mail.state === state))
}

it('answers alike whatever the address is, and mails only who is enabled and enrolled', async () => {
  await core.createUser('known', { password: PASSWORD })
  await core.createUser('pending')
  await core.createUser('disabled', { password: PASSWORD })
  await core.disable('disabled')
  const odd = [
    '',
    ' ',
    'no address',
    'a\u0000b',
    `${'x'.repeat(300)}@example.com`,
    '😀'.repeat(300),
  ]
  const addresses = ['pending', 'disabled', 'nobody'].map((name) => `${name}@example.com`)
  for (const email of [...odd, ...addresses, '  KNOWN@Example.com\n'])
    expect(await core.requestReset(email)).toEqual({})
  await core.resetToken('known@example.com')
  await everythingIsWorkedOff()
  const rows = await query(
    core.databaseUrl,
    `select recipient from mail where kind like 'password%'`,
  )
  expect(rows).toEqual([{ recipient: 'known@example.com' }])
})

it('takes no username for an address, and no address that only begins like one', async () => {
  await core.createUser('named', { password: PASSWORD })
  await core.requestReset('named')
  await core.requestReset(`named@example.com${' '.repeat(300)}x`)
  await everythingIsWorkedOff()
  expect(await mailsTo('named')).toEqual([])
})

it('records requests for people who may not reset once per address and minute, and none for strangers', async () => {
  await core.createUser('invited')
  const from = { 'x-client-address': '198.51.100.7' }
  for (let i = 0; i < 3; i++) {
    await core.requestReset('invited@example.com', from)
    await core.requestReset('stranger@example.com', from)
    await everythingIsWorkedOff()
  }
  const events = await query(
    core.databaseUrl,
    `select action, reason from audit_event where ip = '198.51.100.7'`,
  )
  expect(events).toEqual([
    { action: 'password_reset.requested', reason: 'reset_start_user_disabled' },
  ])
})

it('sends one person at most one link a minute and five an hour', async () => {
  await core.createUser('flooded', { password: PASSWORD })
  const ask = async () => {
    await Promise.all(Array.from({ length: 4 }, () => core.requestReset('flooded@example.com')))
    await everythingIsWorkedOff()
    return (await mailsTo('flooded')).length
  }
  expect(await ask()).toBe(1)
  core.advance(MINUTE_MS - 1)
  expect(await ask()).toBe(1)
  for (const count of [2, 3, 4, 5, 5, 5]) {
    core.advance(MINUTE_MS)
    expect(await ask()).toBe(count)
  }
  core.advance(HOUR_MS)
  expect(await ask()).toBe(6)
})

it('sends nothing while reset is switched off or there is no mail server, and does not offer it', async () => {
  const own = await startTestCore({ smtpSeed: undefined })
  const url = own.databaseUrl
  const isOffered = async () =>
    (await own.clients.enrollment.getInstance({})).password_reset_enabled
  await own.createUser('patient', { password: PASSWORD })
  expect(await isOffered()).toBe(false)
  await own.requestReset('patient@example.com')
  await everythingIsWorkedOff(url)
  const smtp = `smtp_server = 'mail.example.com', smtp_port = 25, smtp_sender = 'it@example.com'`
  await query(url, `update settings set ${smtp}, password_reset_enabled = false`)
  expect(await isOffered()).toBe(false)
  await own.requestReset('patient@example.com')
  await everythingIsWorkedOff(url)
  expect(await mailsTo('patient', url)).toEqual([])
  const { settings } = await own.clients.settings.getSettings({})
  if (!settings) throw new Error('no settings came back')
  await own.clients.settings.updateSettings({
    settings: { ...settings, password_reset_enabled: true },
    update_mask: ['password_reset_enabled'],
  })
  expect(await isOffered()).toBe(true)
  await own.requestReset('patient@example.com')
  await own.resetToken('patient@example.com')
  await own.stop()
})

it('answers a request that a killed core left behind, unless it is older than an hour', async () => {
  for (const name of ['left', 'stale']) await core.createUser(name, { password: PASSWORD })
  await core.core.stop()
  await query(
    core.databaseUrl,
    `insert into password_reset_request (email, requested_at) values ($1, $2), ($3, $4)`,
    [
      'left@example.com',
      new Date(core.time.now.getTime() - HOUR_MS + 1),
      'stale@example.com',
      new Date(core.time.now.getTime() - HOUR_MS),
    ],
  )
  await core.restart()
  await core.resetToken('left@example.com')
  await everythingIsWorkedOff()
  expect(await mailsTo('stale')).toEqual([])
})

it('loses no request and mails once when the work on it is torn off in the middle', async () => {
  await core.createUser('torn', { password: PASSWORD })
  const holder = new pg.Client(core.databaseUrl)
  await holder.connect()
  await holder.query('begin')
  await holder.query(`select from "user" where username = 'torn' for update`)
  await core.requestReset('torn@example.com')
  // The worker has taken the request and waits for the person's row; its connection breaks.
  await waitFor(async () => {
    const [worker] = await waitingOf(core.databaseUrl)
    if (!worker) return undefined
    return query(core.databaseUrl, 'select pg_terminate_backend($1)', [worker.pid])
  })
  await holder.query('rollback')
  await holder.end()
  await core.resetToken('torn@example.com')
  await everythingIsWorkedOff()
  expect(await mailsTo('torn')).toHaveLength(1)
})

it('mails each person once although several cores share the work', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `crowd-${i}`)
  for (const name of names) await core.createUser(name, { password: PASSWORD })
  const transport = new RecordingTransport()
  const others = [1, 2].map(() => createCore(core.config, { clock: core.seams.clock, transport }))
  for (const other of others) await other.start()
  const requests = [...names, ...names].map((name) => core.requestReset(`${name}@example.com`))
  await Promise.all(requests)
  await everythingIsWorkedOff()
  const links = (name: string) =>
    [core.transport, transport].flatMap((one) => resetLinks(one, `${name}@example.com`))
  await waitFor(() => (names.every((name) => links(name).length > 0) ? true : undefined))
  for (const other of others) await other.stop()
  for (const name of names) {
    expect(await mailsTo(name)).toHaveLength(1)
    expect(links(name)).toHaveLength(1)
  }
})

it('lets no client pile up requests, and no other client suffer from it', async () => {
  const own = await startTestCore()
  await own.createUser('victim', { password: PASSWORD })
  // Nobody works requests off as long as the table cannot be deleted from.
  await query(
    own.databaseUrl,
    `create function refuse() returns trigger language plpgsql as 'begin raise exception ''not now''; end';
     create trigger refuse before delete on password_reset_request for each statement execute function refuse()`,
  )
  const flood = (address: string, email: string) =>
    own.requestReset(email, { 'x-client-address': address })
  for (let i = 0; i < 40; i++) await flood('198.51.100.9', `nobody-${i}@example.com`)
  await flood('198.51.100.10', 'victim@example.com')
  const waiting = await query(
    own.databaseUrl,
    `select ip, count(*)::int from password_reset_request group by ip order by ip`,
  )
  expect(waiting).toEqual([
    { ip: '198.51.100.10', count: 1 },
    { ip: '198.51.100.9', count: 30 },
  ])
  await query(own.databaseUrl, 'drop trigger refuse on password_reset_request')
  await own.resetToken('victim@example.com')
  await own.stop()
})

it('never sends the link of a token that was replaced while its mail waited, and forgets it', async () => {
  await core.createUser('replaced', { password: PASSWORD })
  core.transport.failure = new Error('451 try again later')
  await core.requestReset('replaced@example.com')
  await mailInState('replaced', 'failed')
  core.advance(MINUTE_MS)
  await core.requestReset('replaced@example.com')
  await everythingIsWorkedOff()
  expect((await mailsTo('replaced'))[0]).toEqual({
    kind: 'password_reset',
    state: 'given_up',
    last_error: 'the token was replaced',
    variables_sealed: null,
  })
  core.transport.failure = undefined
  core.advance(MINUTE_MS)
  await core.startReset(await core.resetToken('replaced@example.com'))
  expect(resetLinks(core.transport, 'replaced@example.com')).toHaveLength(1)
})

it('never sends the link of a token that lapsed or was used while its mail waited', async () => {
  const names = ['lapsed', 'used']
  for (const name of names) await core.createUser(name, { password: PASSWORD })
  // The server took this mail and its answer got lost: the link is used before the next attempt.
  const sentAnyway: string[] = []
  core.transport.failure = new Error('451 try again later')
  const send = core.transport.send.bind(core.transport)
  core.transport.send = async (smtp, mail) => {
    sentAnyway.push(mail.to, /dgr_\w+/.exec(mail.text)?.[0] ?? '')
    return send(smtp, mail)
  }
  for (const name of names) await core.requestReset(`${name}@example.com`)
  for (const name of names) await mailInState(name, 'failed')
  core.transport.send = send
  await core.startReset(sentAnyway[sentAnyway.indexOf('used@example.com') + 1] ?? '')
  core.transport.failure = undefined
  core.advance(24 * HOUR_MS)
  for (const name of names) {
    expect(await mailInState(name, 'given_up')).toEqual({
      kind: 'password_reset',
      state: 'given_up',
      last_error: 'the token is no longer open',
      variables_sealed: null,
    })
    expect(resetLinks(core.transport, `${name}@example.com`)).toEqual([])
  }
})

it('forgets the link of a refused mail once its token is dead', async () => {
  await core.createUser('bounced', { password: PASSWORD })
  core.transport.failure = new MailRejected('550 no such user')
  await core.requestReset('bounced@example.com')
  expect((await mailInState('bounced', 'given_up')).variables_sealed).not.toBeNull()
  core.transport.failure = undefined
  core.advance(24 * HOUR_MS)
  await core.core.maintain()
  expect(await mailInState('bounced', 'given_up')).toMatchObject({
    last_error: '550 no such user',
    variables_sealed: null,
  })
})
