import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { status } from '@grpc/grpc-js'
import { afterAll, expect, it } from '@jest/globals'
import pLimit from 'p-limit'
import { createTestDatabase } from '../../../packages/local-stack/src/test-database.js'
import { migrate } from '../src/db/migrate.js'
import { CONNECTIONS_MAX } from '../src/mail/transport.js'
import { refusalOf } from './_clients.js'
import { testConfig, waitFor } from './_core.js'
import { CoreProcess } from './_core-process.js'
import { query } from './_database.js'
import { randomFrom } from './_random.js'
import { MailServers, onMail, type ReceivedMail } from './_smtp.js'

const PEOPLE = 500
/** An invitation and a welcome each, and a note to the admin. */
const MAILS = 3 * PEOPLE
const KILLS = 8
const PARALLEL = 12
const TEST_MS = 300_000
/** A mail may be begun, and a call may fail, once for each time that core is killed. */
const PATIENCE_MS = 90_000

const stops: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

interface Row {
  readonly id: string
  readonly kind: string
  readonly recipient: string
  readonly state: string
}

/** A mail server, and a core that is killed at random moments while people enroll. */
async function startShakyCore(seed: number) {
  const database = await createTestDatabase(migrate)
  stops.push(() => database.drop())
  const received: ReceivedMail[] = []
  const servers = new MailServers()
  stops.push(() => servers.stop())
  let onTaken = () => {}
  const { smtp } = await servers.start({
    onData: onMail((mail, done) => {
      received.push(mail)
      done()
      onTaken()
    }),
  })
  const smtpSeed = { ...smtp, timeoutMs: 60_000 }
  const core = new CoreProcess({ ...testConfig(database.url), smtpSeed, logLevel: 'info' })
  stops.push(() => core.kill())
  await core.start()

  async function killAndRestart(): Promise<void> {
    await core.kill()
    // Two minutes go by: nobody else is there whose lease this could be.
    await query(database.url, `update mail set leased_until = now() where state = 'sending'`)
    await core.start()
  }

  function takes(count: number, isOver: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      onTaken = () => {
        if (received.length >= count || isOver.aborted) resolve()
      }
      isOver.addEventListener('abort', onTaken)
      onTaken()
    })
  }

  /** Kills half the time somewhere, half the time between the server's yes and the booking of it. */
  async function shake(isOver: AbortSignal): Promise<number> {
    const random = randomFrom(seed)
    const moments = Array.from({ length: KILLS }, () => Math.ceil(random() * MAILS))
    let kills = 0
    for (const moment of moments.sort((a, b) => a - b)) {
      await takes(moment, isOver)
      if (kills % 2 === 0) await pause(random() * 100)
      if (isOver.aborted) break
      await killAndRestart()
      kills += 1
    }
    return kills
  }

  return { core, received, url: database.url, shake }
}

type Shaky = Awaited<ReturnType<typeof startShakyCore>>

async function enroll({ core, received }: Shaky, username: string): Promise<void> {
  const email = `${username}@example.com`
  const request_id = randomUUID()
  await core
    .persist(({ users }) =>
      users.createUser({
        request_id,
        username,
        email,
        first_name: 'Jo',
        last_name: 'Doe',
        phone: undefined,
        language: undefined,
        groups: [],
        password: undefined,
        invitation: { send_email: true, email: undefined, expires_in_seconds: 0 },
      }),
    )
    .catch((err) => {
      // The answer to the first call was lost, and its mail is on its way.
      if (refusalOf(err).code !== status.RESOURCE_EXHAUSTED) throw err
    })
  const session_secret = await openNewestLink({ core, received }, email)
  await core.persist(({ enrollment }) =>
    enrollment.activateUser({
      session_secret,
      password: 'correct horse battery',
      phone_number: undefined,
    }),
  )
}

/** The session of the first link in somebody's mailbox that works; a repeated call may have replaced one. */
async function openNewestLink(
  { core, received }: Pick<Shaky, 'core' | 'received'>,
  email: string,
): Promise<string> {
  for (let tried = 0; ; ) {
    const mail = await waitFor(() => received.filter(({ to }) => to === email)[tried], PATIENCE_MS)
    tried += 1
    const text = mail.source.replace(/=\r\n/g, '').replace(/=3D/g, '=')
    const [token = ''] = /dge_\w+/.exec(text) ?? []
    try {
      const start = () => core.persist(({ enrollment }) => enrollment.startEnrollment({ token }))
      return (await start()).session_secret
    } catch (err) {
      if (refusalOf(err).code !== status.UNAUTHENTICATED) throw err
    }
  }
}

/** Ends with everybody enrolled and no mail on its way; answers with how often core was killed. */
async function enrollEverybody(shaky: Shaky, people: readonly string[]): Promise<number> {
  const limit = pLimit(PARALLEL)
  const isOver = new AbortController()
  const shaking = shaky.shake(isOver.signal)
  try {
    await Promise.all(people.map((name) => limit(() => enroll(shaky, name))))
  } finally {
    limit.clearQueue()
    isOver.abort()
    await shaking
  }
  return shaking
}

/** Every invitation, welcome and note of a completion, once none of them waits any more. */
function settledMails(url: string): Promise<Row[]> {
  return waitFor(async () => {
    const rows = await query<Row>(
      url,
      `select '<' || message_id || '@enroll.example.com>' as id, kind, recipient, state from mail
       where kind in ('enrollment_invitation', 'welcome', 'enrollment_completed')`,
    )
    return rows.every(({ state }) => ['sent', 'given_up'].includes(state)) ? rows : undefined
  }, PATIENCE_MS)
}

async function assertNothingIsLost(seed: number): Promise<void> {
  const shaky = await startShakyCore(seed)
  const people = Array.from({ length: PEOPLE }, (_, i) => `person${i}`)
  const kills = await enrollEverybody(shaky, people)
  const rows = await settledMails(shaky.url)
  await shaky.core.kill()

  // What is booked as sent has arrived, and nothing has arrived of which there is no trace. A link that
  // arrived and was used before its mail could be booked is booked as given up.
  const copies = Map.groupBy(shaky.received, ({ messageId }) => messageId)
  const ids = new Set(rows.map(({ id }) => id))
  expect(rows.filter(({ id, state }) => state === 'sent' && !copies.has(id))).toEqual([])
  expect([...copies.keys()].filter((id) => !ids.has(id))).toEqual([])
  // Each person has an invitation and one welcome, and the admin one note of each person.
  const everybody = people.map((name) => `${name}@example.com`).sort()
  const recipientsOf = (wanted: string) =>
    rows
      .filter(({ id, kind }) => kind === wanted && copies.has(id))
      .map(({ recipient }) => recipient)
  expect([...new Set(recipientsOf('enrollment_invitation'))].sort()).toEqual(everybody)
  expect(recipientsOf('welcome').sort()).toEqual(everybody)
  expect(recipientsOf('enrollment_completed')).toHaveLength(PEOPLE)
  // A crash repeats no more than what was being sent, each mail once.
  const repeats = [...copies.values()].map((mails) => mails.length - 1)
  const repeated = repeats.reduce((sum, count) => sum + count, 0)
  expect(Math.max(...repeats)).toBeLessThanOrEqual(kills)
  expect(repeated).toBeLessThanOrEqual(kills * CONNECTIONS_MAX)
  expect(repeated).toBeGreaterThan(0) // otherwise no crash came between the two, and this proves nothing
  // The log says which mail, not whose, and never a link.
  expect(shaky.core.log).toContain('mail sent')
  expect(shaky.core.log).not.toMatch(/person\d+@|dge_\w{20}/)
}

it(
  'brings everybody each mail although core is killed again and again, and repeats only what it was sending',
  async () => {
    const seed = Number(process.env.KILL_SEED ?? randomInt(2 ** 31))
    await assertNothingIsLost(seed).catch((cause) => {
      throw new Error(`It fails with KILL_SEED=${seed}`, { cause })
    })
  },
  TEST_MS,
)
