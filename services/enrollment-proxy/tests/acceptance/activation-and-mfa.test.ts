import { afterAll, beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { newPublicKey } from '../../../core/tests/_core.js'
import { PASSWORD, type Pair, pairOf, startPair } from '../_pair.js'
import { assertReadable } from '../clients/_everyone.js'
import { totpAt } from '../clients/_totp.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
})
afterAll(() => pair.stop())

const activate = (cookie: string, password: string, more = {}) =>
  pair.call(cookie, 'activate_user', { password, ...more })
const mfa = (cookie: string, step: 'start' | 'finish', body: object) =>
  pair.call(cookie, `register-mfa/code/${step}`, body)

const DONE = { status: 200, text: '{}' }
const ACTIVATED = { status: 400, json: { error: 'user already activated' } }

async function phoneOf(username: string): Promise<string | undefined> {
  return (await pair.core.clients.users.getUser({ username })).user?.phone
}

it('11.22 activation leaves the session good, shows in the next start, and a device may follow', async () => {
  const token = await pair.invite('whole')
  const cookie = pairOf(await pair.start(token))
  expect(await activate(cookie, PASSWORD)).toMatchObject(DONE)
  expect((await pair.start(token)).json).toMatchObject({ user: { enrolled: true } })
  const device = { name: 'pc', pubkey: newPublicKey() }
  expect((await pair.call(cookie, 'create_device', device)).status).toBe(200)
})

it('11.23 of ten activations at once one wins, and its password is the one that is set', async () => {
  const cookie = await pair.session('race')
  const passwords = Array.from({ length: 10 }, (_, i) => `Tulip-${i}-rain!`)
  const answers = await Promise.all(passwords.map((password) => activate(cookie, password)))
  const winners = passwords.filter((_, i) => answers[i]?.status === 200)
  expect(winners).toHaveLength(1)
  for (const answer of answers) {
    expect(answer).toMatchObject(answer.status === 200 ? DONE : ACTIVATED)
  }
  const accepted: string[] = []
  for (const password of passwords)
    if (await pair.core.acceptsPassword('race', password)) accepted.push(password)
  expect(accepted).toEqual(winners)
})

it('11.24 a lost answer may be asked for again: same password, same session, one mail', async () => {
  const cookie = await pair.session('repeat')
  expect(await activate(cookie, PASSWORD)).toMatchObject(DONE)
  expect(await activate(cookie, PASSWORD)).toMatchObject(DONE)
  expect(await activate(cookie, 'another long password')).toMatchObject(ACTIVATED)
  await pair.core.mail('repeat@example.com')
  await pair.core.mail('adam@example.com', 'repeat')
  const welcomes = pair.core.transport.sent.filter(({ to }) => to === 'repeat@example.com')
  expect(welcomes).toHaveLength(1)
})

it('11.25 a phone number that is not given keeps the stored one, and any usual spelling is taken', async () => {
  for (const [i, phone_number] of [undefined, null, ''].entries()) {
    expect(
      await activate(await pair.session(`kept${i}`), PASSWORD, { phone_number }),
    ).toMatchObject(DONE)
    expect(await phoneOf(`kept${i}`)).toBe('+48 600100200')
  }
  for (const [i, phone_number] of ['+48123456789012', '+1 (202) 555-0173'].entries()) {
    expect(await activate(await pair.session(`new${i}`), PASSWORD, { phone_number })).toMatchObject(
      DONE,
    )
    expect(await phoneOf(`new${i}`)).toBe(phone_number)
  }
  const odd = await activate(await pair.session('odd'), PASSWORD, { phone_number: 'abc' })
  expect(odd).toMatchObject({ status: 400, json: { error: 'invalid phone number' } })
})

it('11.26 long and plain passwords are fine; short, too long, common and personal ones are told why', async () => {
  for (const [i, password] of [PASSWORD, '🌍'.repeat(128)].entries()) {
    expect(await activate(await pair.session(`fine${i}`), password)).toMatchObject(DONE)
  }
  const cookie = await pair.session('maxine')
  for (const [password, why] of [
    ['seven77', 'use at least 8 characters'],
    ['🌍'.repeat(129), 'use at most 128 characters'],
    ['password1', 'it is one of the most common passwords'],
    ['maxine2024!', 'it is your name, your e-mail address or the name of the company'],
  ] as const) {
    expect(await activate(cookie, password)).toMatchObject({
      status: 400,
      json: { error: `password not strong enough: ${why}` },
    })
  }
})

it('11.26 whatever the forms of the clients let through is accepted, unless everybody uses it', async () => {
  const of = (characters: string) => fc.constantFrom(...characters)
  const needed = { lower: of('abcxyz'), upper: of('ABCXYZ'), digit: of('0123456789') }
  const rest = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), {
    minLength: 4,
    maxLength: 60,
  })
  const passwordWith = (special: fc.Arbitrary<string>) =>
    fc
      .tuple(needed.lower, needed.upper, needed.digit, special, rest)
      .chain(([a, b, c, d, more]) =>
        fc.shuffledSubarray([a, b, c, d, ...more], { minLength: 4 + more.length }),
      )
      .map((parts) => parts.join(''))
      .filter((password) => password.isWellFormed())
  const by1 = passwordWith(of('#?!@$%^&*-'))
  const by2 = passwordWith(of(' ~|ä€💥'))
  let people = 0
  await fc.assert(
    fc.asyncProperty(fc.oneof(by1, by2), async (password) => {
      people += 1
      const answer = await activate(await pair.session(`form${people}`), password)
      if (answer.status !== 200) expect(answer.json?.reason).toBe('password_common')
    }),
    { numRuns: 25, endOnFailure: true },
  )
})

it('11.27 TOTP can be begun by everybody new and left; finished it gives codes, and is over with activation', async () => {
  const left = await pair.session('left')
  const begun = await mfa(left, 'start', { method: 'Totp' })
  assertReadable(begun, 'mfaStart')
  expect((await mfa(left, 'start', { method: 'Totp' })).json).toEqual(begun.json)
  expect(await activate(left, PASSWORD)).toMatchObject(DONE)
  expect(await pair.core.acceptsPassword('left', PASSWORD)).toBe(true)

  const cookie = await pair.session('finished')
  const { json } = await mfa(cookie, 'start', { method: 'Totp' })
  const code = totpAt(String(json?.totp_secret), pair.core.time.now)
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
  const refused = await mfa(cookie, 'finish', { code: wrong, method: 'Totp' })
  expect(refused).toMatchObject({
    status: 400,
    json: { error: 'Code invalid', reason: 'mfa_code' },
  })
  const finished = await mfa(cookie, 'finish', { code, method: 'Totp' })
  expect(finished.status).toBe(200)
  assertReadable(finished, 'mfaFinish')
  expect(new Set(finished.json?.recovery_codes as string[]).size).toBe(8)

  expect(await activate(cookie, PASSWORD)).toMatchObject(DONE)
  const over = { status: 403, json: { error: 'User is already enrolled' } }
  expect(await mfa(cookie, 'start', { method: 'Totp' })).toMatchObject(over)
  expect(await mfa(cookie, 'finish', { code, method: 'Totp' })).toMatchObject(over)
})
