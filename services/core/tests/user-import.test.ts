import {
  ImportOutcome,
  type ImportRow,
  type ImportUsersRequest,
  type ImportUsersResponse,
} from '@defguard/proto/admin/v1/users'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { connect, refusalOf } from './_clients.js'
import { startTestCore, type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'

const PASSWORD = 'Tulip-rain-4711!'
const { CREATED, UNCHANGED, REFUSED } = ImportOutcome

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  for (const name of ['staff', 'vpn'])
    await core.clients.groups.createGroup({ request_id: '', name, role: '' })
})
afterAll(() => core.stop())

function row(line: number, username: string, more: Partial<ImportRow> = {}): ImportRow {
  return {
    line,
    username,
    email: `${username}@example.com`,
    first_name: 'Jo',
    last_name: 'Doe',
    phone: undefined,
    language: undefined,
    groups: [],
    ...more,
  }
}

function* partsOf(
  rows: Iterable<ImportRow>,
  { dry_run = false, invite = false } = {},
): Generator<ImportUsersRequest> {
  yield { options: { dry_run, invite }, row: undefined }
  for (const one of rows) yield { options: undefined, row: one }
}

async function run(
  rows: ImportRow[],
  options: { dry_run?: boolean; invite?: boolean } = {},
  clients: Pick<TestCore['clients'], 'importUsers'> = core.clients,
): Promise<ImportUsersResponse[]> {
  const answers: ImportUsersResponse[] = []
  for await (const answer of clients.importUsers(partsOf(rows, options))) answers.push(answer)
  return answers
}

const outcomes = (answers: ImportUsersResponse[]) => answers.map(({ outcome }) => outcome)
const show = async (username: string) => (await core.clients.users.getUser({ username })).user

it('adds the good rows, refuses the bad ones by line and field, and stops for none', async () => {
  await run([row(2, 'alice')])
  const answers = await run([
    row(2, 'alicia', { phone: '+48 600', language: 'pl', groups: ['Staff', 'vpn'] }),
    row(3, '.bad', { email: 'nobody' }),
    row(4, 'bert', { groups: ['no-such-group'] }),
    row(7, 'alice2', { email: 'ALICE@example.com' }),
    row(8, 'chris'),
  ])
  expect(answers.map(({ line, outcome }) => [line, outcome])).toEqual([
    [2, CREATED],
    [3, REFUSED],
    [4, REFUSED],
    [7, REFUSED],
    [8, CREATED],
  ])
  const fields = answers.map(({ violations }) => violations.map(({ field }) => field))
  expect(fields).toEqual([[], ['username', 'email'], ['groups'], ['email'], []])
  expect(answers[3]).toMatchObject({
    reason: 'already_exists',
    message: 'email: is the e-mail address of "alice"',
  })
  expect(await show('alicia')).toMatchObject({ phone: '+48 600', groups: ['staff', 'vpn'] })
})

it('changes nothing when a list is imported again, and never changes an account', async () => {
  const list = [
    row(2, 'dan', { groups: ['vpn'], phone: '123' }),
    row(3, 'eve', { first_name: ' Éve ' }),
  ]
  expect(outcomes(await run(list))).toEqual([CREATED, CREATED])
  const before = [await show('dan'), await show('eve')]
  const sent = core.transport.sent.length
  expect(outcomes(await run(list, { invite: true }))).toEqual([UNCHANGED, UNCHANGED])
  // What a row does not mention may be anything.
  expect(outcomes(await run([row(2, 'DAN')]))).toEqual([UNCHANGED])
  const [changed] = await run([row(2, 'dan', { phone: '456', last_name: 'X', groups: ['staff'] })])
  expect(changed?.outcome).toBe(REFUSED)
  expect(changed?.violations.map(({ field }) => field)).toEqual(['last_name', 'phone', 'groups'])
  expect([await show('dan'), await show('eve')]).toEqual(before)
  expect(core.transport.sent).toHaveLength(sent)
})

it('only says in a dry run what an import would do', async () => {
  const list = [row(2, 'frank'), row(3, 'f r'), row(4, 'chris')]
  const dry = outcomes(await run(list, { dry_run: true, invite: true }))
  expect(dry).toEqual([CREATED, REFUSED, UNCHANGED])
  await expect(show('frank')).rejects.toThrow('no user named "frank"')
  expect(outcomes(await run(list))).toEqual(dry)
})

it('invites those whom it adds, in the same transaction', async () => {
  const answers = await run([row(2, 'gus')], { invite: true })
  expect(outcomes(answers)).toEqual([CREATED])
  const mail = await core.mail('gus@example.com')
  const token = /#token=(dge_\w+)/.exec(mail.text)?.[1] ?? ''
  expect(await core.start(token)).toMatchObject({ enrollment: { user: { login: 'gus' } } })
})

it('gives one account to two imports of the same list at once, and neither an error', async () => {
  const list = Array.from({ length: 40 }, (_, i) => row(i + 2, `twin${i}`))
  const both = (await Promise.all([run(list), run(list)])).map(outcomes)
  list.forEach((_, i) => {
    expect([both[0]?.[i], both[1]?.[i]].sort()).toEqual([CREATED, UNCHANGED])
  })
})

it('keeps what was answered when the stream is cut, and goes on when it is repeated', async () => {
  const list = Array.from({ length: 400 }, (_, i) => row(i + 2, `cut${i}`))
  const answered: string[] = []
  for await (const { line } of core.clients.importUsers(partsOf(list))) {
    answered.push(`cut${line - 2}`)
    if (answered.length === 30) break
  }
  const there = async () =>
    (await query(core.databaseUrl, `select username from "user" where username like 'cut%'`)).length
  for (const username of answered) expect(await show(username)).toBeDefined()
  // Core notices that nobody is there any more, long before the end of the list.
  let before = -1
  await waitFor(async () => {
    const now = await there()
    if (now === before) return true
    before = now
    return undefined
  })
  expect(await there()).toBeLessThan(400)
  const again = outcomes(await run(list))
  expect(again.filter((outcome) => outcome === UNCHANGED).length).toBeGreaterThanOrEqual(30)
  expect(again).not.toContain(REFUSED)
  expect(await there()).toBe(400)
})

it('takes 1500 rows with 20 bad ones in flat memory', async () => {
  const count = 1_500
  const isBad = (line: number) => line % 75 === 7
  let answered = 0
  const bad: number[] = []
  function* rows() {
    for (let line = 2; line < count + 2; line++)
      yield row(line, `row${line}`, {
        first_name: 'J'.repeat(100),
        last_name: isBad(line) ? '' : 'D'.repeat(100),
      })
  }
  const rssBefore = process.memoryUsage().rss
  let rssMax = rssBefore
  for await (const { line, outcome } of core.clients.importUsers(partsOf(rows()))) {
    answered++
    if (answered % 100 === 0) rssMax = Math.max(rssMax, process.memoryUsage().rss)
    if (outcome === REFUSED) bad.push(line)
  }
  expect(answered).toBe(count)
  expect(bad).toEqual(Array.from({ length: count }, (_, i) => i + 2).filter(isBad))
  expect(bad).toHaveLength(20)
  const [{ added } = {}] = await query<{ added: number }>(
    core.databaseUrl,
    `select count(*)::int as added from "user" where username like 'row%'`,
  )
  expect(added).toBe(count - 20)
  expect((rssMax - rssBefore) / 2 ** 20).toBeLessThan(200)
}, 120_000)

it('refuses an import with invitations where no mail can be sent, before the first row', async () => {
  const bare = await startTestCore({ smtpSeed: undefined })
  try {
    const refused = await run([row(2, 'hugo')], { invite: true }, bare.clients).catch(refusalOf)
    expect(refused).toMatchObject({ code: 9, message: 'SMTP is not configured' })
    await expect(bare.clients.users.getUser({ username: 'hugo' })).rejects.toThrow('no user')
  } finally {
    await bare.stop()
  }
})

it('lets a user admin add people, but into no group with a role', async () => {
  const { groups, auth } = core.clients
  await groups.createGroup({ request_id: '', name: 'helpers', role: 'user_admin' })
  await core.createUser('ida', { groups: ['helpers'], password: PASSWORD })
  await core.createUser('jon', { password: PASSWORD })
  const as = async (
    login: string,
    act: (clients: ReturnType<typeof connect>) => Promise<unknown>,
  ) => {
    const { session_secret } = await auth.login({ login, password: PASSWORD })
    const clients = connect(core.core.port, () => session_secret)
    return act(clients).finally(clients.close)
  }
  const list = [row(2, 'kim'), row(3, 'lou', { groups: ['admin'] })]
  const answers = await as('ida', (clients) => run(list, {}, clients))
  expect(answers).toMatchObject([{ outcome: CREATED }, { outcome: REFUSED, reason: 'not_allowed' }])
  const refused = await as('jon', (clients) => run(list, {}, clients)).catch(refusalOf)
  expect(refused).toMatchObject({ code: 7, reason: 'not_allowed' })
})
