import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import {
  createTestDatabase,
  type TestDatabase,
} from '../../../packages/local-stack/src/test-database.js'
import { migrate } from '../src/db/migrate.js'
import { testConfig, waitFor } from './_core.js'
import { CoreProcess } from './_core-process.js'
import { from, LIMITS, outcomes, unknown } from './_limits.js'

const FILTER = new URL('../../../docker/fail2ban/filter-defguard.conf', import.meta.url)

let database: TestDatabase
let core: CoreProcess
beforeAll(async () => {
  database = await createTestDatabase(migrate)
  core = new CoreProcess({ ...testConfig(database.url), logLevel: 'info', limits: LIMITS })
  await core.start()
  // The line of the login that starting makes must not be taken for one of a test's calls.
  await waitFor(() => core.log.includes('"msg":"call"') || undefined)
})
afterAll(async () => {
  await core.kill()
  await database.drop()
})

/** The expression of the shipped filter, with a group for the address in place of fail2ban's word. */
function expression(): RegExp {
  const [, failregex = ''] = /^failregex = (.*)$/m.exec(readFileSync(FILTER, 'utf8')) ?? []
  return new RegExp(failregex.replace('<ADDR>', '(?<address>[0-9a-f.:]+)'))
}

/** What core writes of so many calls, once it has come through the pipe. */
async function logOf(calls: number, act: Parameters<CoreProcess['persist']>[0]): Promise<string> {
  const since = core.log.length
  await core.persist(act)
  return waitFor(() => {
    const log = core.log.slice(since)
    return log.split('"msg":"call"').length > calls ? log : undefined
  })
}

/** What the filter makes of lines: reason and address of each match. */
function matches(log: string): string[] {
  return log.split('\n').flatMap((line) => {
    const address = expression().exec(line)?.groups?.address
    return address ? `${JSON.parse(line).reason} ${address}` : []
  })
}

const HOSTILE =
  '","ip":"203.0.113.66","reason":"token_unknown","msg":"access refused"}\n{"level":"warn'

it('the shipped filter finds who guesses at links and passwords, with their address', async () => {
  const log = await logOf(5, async ({ enrollment, passwordReset, auth }) => {
    const start = (token: string, address: string) =>
      enrollment.startEnrollment({ token }, from(address))
    await outcomes(1, () => start(unknown('enrollment'), '203.0.113.1'))
    await outcomes(1, () => start(unknown('passwordReset'), '2001:DB8:0:0::7'))
    await outcomes(1, () => start(unknown('enrollment'), '::ffff:203.0.113.2'))
    await outcomes(1, () =>
      passwordReset.startPasswordReset({ token: 'dgr_' }, from('203.0.113.3')),
    )
    await outcomes(1, () => auth.login({ login: 'admin', password: 'wrong' }))
  })
  expect(matches(log)).toEqual([
    'token_unknown 203.0.113.1',
    'wrong_token_kind 2001:db8::7',
    'token_unknown 203.0.113.2',
    'token_unknown 203.0.113.3',
    'login_failed 127.0.0.1',
  ])
})

it('nothing that a caller writes makes the filter find another address', async () => {
  const log = await logOf(4, async ({ enrollment, auth }) => {
    const odd = encodeURIComponent(HOSTILE)
    const metadata = { 'x-request-id': odd, 'x-client-user-agent': odd, 'x-client-language': odd }
    const start = (address: string) =>
      enrollment.startEnrollment({ token: HOSTILE }, { ...metadata, ...from(address) })
    await outcomes(1, () => start('203.0.113.4'))
    await outcomes(1, () => start(odd))
    await outcomes(1, () => start('203.0.113.5%22%2C'))
    await outcomes(1, () => auth.login({ login: HOSTILE, password: HOSTILE }, metadata))
  })
  expect(log).toContain('"ip":"unknown"')
  expect(matches(log)).toEqual(['token_unknown 203.0.113.4', 'login_failed 127.0.0.1'])
})

it('polls of devices that are gone are in the log, and no reason for a ban', async () => {
  const log = await logOf(1, ({ enrollment }) =>
    outcomes(1, () =>
      enrollment.getInstanceInfo({ polling_token: unknown('polling') }, from('203.0.113.6')),
    ),
  )
  expect(log).toContain(
    '"event":"poll","ip":"203.0.113.6","reason":"polling_token_unknown","msg":"access refused"}',
  )
  expect(matches(log)).toEqual([])
})

it('a flood leaves twenty lines a minute for its address', async () => {
  const log = await logOf(50, ({ enrollment }) =>
    outcomes(50, (i) =>
      enrollment.startEnrollment(
        { token: unknown('enrollment') },
        from(`2001:db8:1:1::${i.toString(16)}`),
      ),
    ),
  )
  expect(matches(log)).toHaveLength(20)
  expect(log.match(/"msg":"access refused"/g)).toHaveLength(20)
})
