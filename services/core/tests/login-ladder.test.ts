import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import bcrypt from 'bcrypt'
import { HOUR_MS, MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { clientsFrom, type Elsewhere } from './_elsewhere.js'
import { LIMITS, outcomeOf, outcomes, outcomesAtOnce, startReplica } from './_limits.js'
import { codeOf, finish, startTotp, wrong } from './_mfa.js'

const PASSWORD = 'correct horse battery'

let core: TestCore
const places = new Map<string, Elsewhere>()
beforeAll(async () => {
  core = await startTestCore({ limits: LIMITS, adminSessionTimeoutMs: 100 * 24 * HOUR_MS })
})
afterAll(async () => {
  for (const place of places.values()) await place.close()
  await core.stop()
})

/** Logs in from one of this machine's many addresses. */
async function logIn(address: string, login: string, password = 'wrong password', code?: string) {
  const place = places.get(address) ?? (await clientsFrom(address, core.core.port))
  places.set(address, place)
  return place.auth.login({ login, password, code })
}

/** So many failures of an account, each from an address of its own. */
async function fromEverywhere(count: number, login: string, net: number) {
  return outcomes(count, (i) => logIn(`127.9.${net}.${i + 1}`, login))
}

describe('five wrong passwords within a minute', () => {
  it('lock an account to their address for five minutes, and to no other', async () => {
    await core.createUser('anna', { password: PASSWORD })
    expect(await outcomes(7, () => logIn('127.0.1.1', 'anna'))).toBe('5 login_failed, 2 wait 300')
    expect(await outcomeOf(logIn('127.0.1.1', ' ANNA', PASSWORD))).toBe('wait 300')
    expect(await outcomeOf(logIn('127.0.1.2', 'anna', PASSWORD))).toBe('ok')
    core.advance(5 * MINUTE_MS - 1)
    expect(await outcomeOf(logIn('127.0.1.1', 'anna', PASSWORD))).toBe('wait 1')
    core.advance(1)
    expect(await outcomeOf(logIn('127.0.1.1', 'anna', PASSWORD))).toBe('ok')
  })

  it('lock it by e-mail as by username, which only the right password tells', async () => {
    await core.createUser('bert', { password: PASSWORD })
    const failed = await outcomes(5, (i) => logIn('127.0.1.3', i % 2 ? 'bert' : 'Bert@Example.com'))
    expect(failed).toBe('5 login_failed')
    expect(await outcomeOf(logIn('127.0.1.3', 'bert', PASSWORD))).toBe('wait 300')
    expect(await outcomeOf(logIn('127.0.1.3', 'bert@example.com', PASSWORD))).toBe('wait 300')
    expect(await outcomeOf(logIn('127.0.1.3', 'bert'))).toBe('login_failed')
  })

  it('count from the first on, and not those before a right one', async () => {
    await core.createUser('cleo', { password: PASSWORD })
    const fail = () => logIn('127.0.1.4', 'cleo')
    await outcomes(4, fail)
    core.advance(MINUTE_MS)
    expect(await outcomes(4, fail)).toBe('4 login_failed')
    expect(await outcomeOf(logIn('127.0.1.4', 'cleo', PASSWORD))).toBe('ok')
    expect(await outcomes(5, fail)).toBe('5 login_failed')
  })

  it('are recorded once as a lock, with what the lock refuses summed up', async () => {
    await core.createUser('dora', { password: PASSWORD })
    await outcomes(9, () => logIn('127.0.1.5', 'dora'))
    const events = await query<{ action: string; reason: string; object_id: number | null }>(
      core.databaseUrl,
      `select action, reason, object_id is not null as object_id from audit_event
       where ip = '127.0.1.5' order by id`,
    )
    expect(events.map(({ action, reason }) => `${action} ${reason}`)).toEqual([
      ...Array.from({ length: 4 }, () => 'auth.login login_failed'),
      'auth.locked rate_limited',
      'auth.login login_failed',
      'auth.login rate_limited',
    ])
  })

  it('are no more than five when many come at once, on two cores', async () => {
    await core.createUser('emil', { password: PASSWORD })
    const replica = await startReplica(core)
    const compared = jest.spyOn(bcrypt, 'compare')
    const attempt = (i: number) =>
      (i % 2 ? replica : core).clients.auth.login({ login: 'emil', password: `guess ${i}` })
    expect(await outcomesAtOnce(28, attempt)).toMatch(/^5 login_failed, \d+ wait 300/)
    expect(compared).toHaveBeenCalledTimes(5)
    compared.mockRestore()
    await replica.stop()
    await core.restart()
    expect(await outcomeOf(attempt(0))).toBe('wait 300')
    core.advance(5 * MINUTE_MS)
  })
})

describe('an address', () => {
  it('has thirty wrong logins a minute, whoever they are for, and right ones besides', async () => {
    await core.createUser('frank', { password: PASSWORD })
    const right = () => logIn('127.0.2.1', 'frank', PASSWORD)
    expect(await outcomes(40, right)).toBe('40 ok')
    const attempt = (i: number) => logIn('127.0.2.1', `stranger${i}`)
    expect(await outcomesAtOnce(50, attempt)).toBe('30 login_failed, 20 wait 60')
    expect(await outcomeOf(right())).toBe('wait 60')
    core.advance(MINUTE_MS)
    expect(await outcomeOf(right())).toBe('ok')
  })
})

describe('wrong passwords of one account from everywhere', () => {
  it('make strangers wait a second, and twice as long for each beyond, up to a minute', async () => {
    await core.createUser('gina', { password: PASSWORD })
    expect(await fromEverywhere(21, 'gina', 1)).toBe('21 login_failed')
    const waits: string[] = []
    for (let i = 0; i < 8; i++) {
      const attempt = () => logIn(`127.0.3.${i + 1}`, 'gina')
      const wait = await outcomeOf(attempt())
      core.advance(Number(wait.replace('wait ', '')) * 1000)
      waits.push(wait, await outcomeOf(attempt()))
    }
    const seconds = [1, 2, 4, 8, 16, 32, 60, 60]
    expect(waits).toEqual(seconds.flatMap((second) => [`wait ${second}`, 'login_failed']))
  })

  it('let each stranger in after a wait of their own, whatever others do meanwhile', async () => {
    await core.createUser('hugo', { password: PASSWORD })
    await fromEverywhere(21, 'hugo', 2)
    const hugo = () => outcomeOf(logIn('127.0.4.1', 'hugo', PASSWORD))
    expect(await hugo()).toBe('wait 1')
    // Nobody else can use up the turn that this address waits for, nor make it wait longer.
    expect(await outcomes(3, (i) => logIn(`127.0.4.${i + 2}`, 'hugo'))).toBe('3 wait 1')
    core.advance(1000)
    expect(await outcomes(3, (i) => logIn(`127.0.4.${i + 2}`, 'hugo'))).toBe('3 login_failed')
    expect(await hugo()).toBe('ok')
  })

  it('cost whoever waits one attempt, also when the wait was asked for five times', async () => {
    await core.createUser('ines', { password: PASSWORD })
    await fromEverywhere(21, 'ines', 3)
    const ines = (password: string) => logIn('127.0.5.1', 'ines', password)
    expect(await outcomes(6, () => ines(PASSWORD))).toBe('6 wait 1')
    core.advance(1000)
    expect(await outcomesAtOnce(4, () => ines('wrong'))).toMatch(/^1 login_failed, /)
    core.advance(2000)
    expect(await outcomeOf(ines(PASSWORD))).toBe('ok')
  })

  it('never make an address wait from which its owner logged in within 30 days', async () => {
    await core.createUser('jana', { password: PASSWORD })
    await logIn('127.0.6.1', 'jana', PASSWORD)
    core.advance(29 * 24 * HOUR_MS)
    await fromEverywhere(21, 'jana', 4)
    expect(await outcomeOf(logIn('127.0.6.1', 'jana', PASSWORD))).toBe('ok')
    expect(await outcomeOf(logIn('127.0.6.2', 'jana', PASSWORD))).toBe('wait 1')
    core.advance(30 * 24 * HOUR_MS)
    await fromEverywhere(21, 'jana', 5)
    expect(await outcomeOf(logIn('127.0.6.1', 'jana', PASSWORD))).toBe('wait 1')
    await core.core.maintain()
    const known = `select subscriber from login_address where subscriber like '127.0.6.%'`
    expect(await query(core.databaseUrl, known)).toEqual([])
  })
})

describe('what strangers are told', () => {
  it('is the same of people, invited and disabled ones, and nobody, locked or not', async () => {
    await core.createUser('karl', { password: PASSWORD })
    await core.createUser('invited')
    await core.createUser('disabled', { password: PASSWORD })
    await core.disable('disabled')
    const compared = jest.spyOn(bcrypt, 'compare')
    const names = ['karl', 'karl@example.com', 'invited', 'disabled', 'nobody', 'no@example.com']
    for (const [i, name] of names.entries()) {
      compared.mockClear()
      const told = await outcomes(8, () => logIn(`127.0.7.${i}`, name))
      // The first one of all may make the hash that unknown names are compared with.
      expect({ name, told, compared: compared.mock.calls.length }).toEqual({
        name,
        told: '5 login_failed, 3 wait 300',
        compared: 5,
      })
    }
    compared.mockRestore()
    for (const [i, name] of names.entries())
      expect([name, await fromEverywhere(22, name, 10 + i)]).toEqual([
        name,
        '16 login_failed, 6 wait 1',
      ])
  })
})

it('answers who may not log in with the same words, trailers and headers', async () => {
  const told = async (address: string, login: string) => {
    const err = await logIn(address, login, PASSWORD).catch((error) => error)
    const { date: _date, ...metadata } = err.metadata.toJSON()
    return JSON.stringify([err.code, err.details, metadata])
  }
  await core.createUser('otto', { password: PASSWORD })
  await core.disable('otto')
  await core.createUser('paul')
  const answers = []
  for (const [i, name] of ['otto', 'otto@example.com', 'paul', 'who'].entries())
    for (let n = 0; n < 7; n++) answers.push(`${n > 4} ${await told(`127.0.9.${i}`, name)}`)
  expect([...new Set(answers)]).toEqual([
    expect.stringMatching(/^false /),
    expect.stringMatching(/^true /),
  ])
})

describe('the second factor', () => {
  it('is asked for and guessed at without a lock of the password', async () => {
    const session = await core.startedEnrollment('lena')
    const secret = await startTotp(core, session)
    await finish(core, session, codeOf(core, secret))
    await core.activate(session, PASSWORD)
    core.advance(MINUTE_MS)
    const attempt = (i: number) =>
      logIn('127.0.8.1', 'lena', PASSWORD, i < 4 ? '' : wrong(codeOf(core, secret)))
    expect(await outcomes(8, attempt)).toBe('4 mfa_code_required, 4 mfa_code')
    expect(await outcomeOf(logIn('127.0.8.1', 'lena', PASSWORD, codeOf(core, secret)))).toBe('ok')
  })
})

describe('a login that was left open', () => {
  it('does not find out the password by changing it', async () => {
    await core.createUser('mona', { password: PASSWORD })
    const mona = await core.loggedIn('mona', PASSWORD)
    const change = (old_password: string, new_password = 'another good one') =>
      core.clients.auth.changePassword({ old_password, new_password }, mona)
    expect(await outcomes(7, (i) => change(`guess ${i}`, `guess ${i + 100}`))).toBe(
      '5 old_password_wrong, 2 wait 300',
    )
    core.advance(5 * MINUTE_MS)
    expect(await outcomeOf(change(PASSWORD))).toBe('ok')
  })
})
