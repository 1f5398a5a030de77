import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newPublicKey } from '../../../core/tests/_core.js'
import { PASSWORD, type Pair, pairOf, startPair } from '../_pair.js'
import { type AnswerKind, assertReadable } from '../clients/_everyone.js'
import { parseJson } from '../clients/_json.js'
import { totpAt } from '../clients/_totp.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
  await pair.core.createLocation('Office', ['10.1.0.1/24'])
})
afterAll(() => pair.stop())

it('11.33 every answer of every route can be read by the strictest parser of any client', async () => {
  const read = new Set<string>()
  async function ask(kind: AnswerKind | undefined, path: string, body?: object, Cookie = '') {
    read.add(`/api/v1${path}`)
    const { get, post } = pair.proxy
    const answer = body
      ? await post(path, body, { Cookie })
      : await get(`/api/v1${path}`, { Cookie })
    if (kind) assertReadable(answer, kind)
    expect([answer.status, typeof parseJson(answer.text)]).toEqual([200, 'object'])
    return answer
  }
  const pubkey = newPublicKey()
  const token = await pair.invite('everything')
  const started = await ask('start', '/enrollment/start', { token })
  const call = (kind: AnswerKind, path: string, body?: object) =>
    ask(kind, `/enrollment/${path}`, body, pairOf(started))
  await call('start', 'session')
  const made = await call('deviceConfig', 'create_device', { name: 'pc', pubkey })
  await call('deviceConfig', 'network_info', { pubkey })
  await call('nothing', 'register_mobile', { auth_pub_key: newPublicKey(), device_pub_key: pubkey })
  await call('nothing', 'note', { text: 'My name is Ann.' })
  const method = 'Totp'
  const begun = await call('mfaStart', 'register-mfa/code/start', { method })
  const code = totpAt(String(begun.json?.totp_secret), pair.core.time.now)
  await call('mfaFinish', 'register-mfa/code/finish', { method, code })
  await call('nothing', 'activate_user', { password: PASSWORD })
  await call('nothing', 'request_link', { token })
  await ask('poll', '/poll', { token: made.json?.token })

  await ask('nothing', '/password-reset/request', { email: 'everything@example.com' })
  const reset = { token: await pair.mailedResetToken('everything') }
  const session = await ask('resetStart', '/password-reset/start', reset)
  const password = 'another fine password'
  await ask('nothing', '/password-reset/reset', { password }, pairOf(session))
  for (const path of ['/info', '/instance']) await ask(undefined, path)

  const { json } = await ask(undefined, '/openapi.json')
  const served = Object.keys(json?.paths ?? {}).filter((path) => !path.includes('/health'))
  expect([...read].sort()).toEqual(served.sort())
})

it('11.34 optional fields may be missing, null or unknown', async () => {
  const more = [
    {},
    { token: null, posture_data: null },
    { token: 'x', posture_data: { deep: [1] } },
  ]
  const token = await pair.invite('optional')
  const pubkey = newPublicKey()
  const cookie = pairOf(await pair.start(token))
  const made = await pair.call(cookie, 'create_device', { name: 'pc', pubkey })
  for (const fields of more) {
    const started = await pair.proxy.post('/enrollment/start', { ...fields, token })
    expect(started).toMatchObject({ status: 200, json: { user: { device_names: ['pc'] } } })
    for (const answer of [
      await pair.call(cookie, 'create_device', { name: 'pc', pubkey, ...fields }),
      await pair.call(cookie, 'network_info', { pubkey, ...fields }),
    ]) {
      expect({ ...answer.json, token: '' }).toEqual({ ...made.json, token: '' })
    }
    const polled = await pair.proxy.post('/poll', { ...fields, token: made.json?.token })
    expect(polled.status).toBe(200)
  }
  for (const [i, fields] of [{}, { phone_number: null }, { phone_number: '' }].entries()) {
    const body = { password: PASSWORD, ...fields, token: null, more: 1 }
    const answer = await pair.call(await pair.session(`optional${i}`), 'activate_user', body)
    expect(answer).toMatchObject({ status: 200, text: '{}' })
  }
})
