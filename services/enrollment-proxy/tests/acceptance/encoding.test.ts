import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newPublicKey } from '../../../core/tests/_core.js'
import { PASSWORD, type Pair, pairOf, startPair } from '../_pair.js'
import { assertReadable } from '../clients/_everyone.js'
import { parseJson } from '../clients/_json.js'
import { totpAt } from '../clients/_totp.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
  await pair.core.createLocation('Office', ['10.1.0.1/24'])
})
afterAll(() => pair.stop())

it('11.33 every answer of every route can be read by the strictest parser of any client', async () => {
  const { call, proxy } = pair
  const pubkey = newPublicKey()
  const token = await pair.invite('everything')
  const started = await pair.start(token)
  const cookie = pairOf(started)
  assertReadable(started, 'start')
  assertReadable(await proxy.get('/api/v1/enrollment/session', { Cookie: cookie }), 'start')
  const made = await call(cookie, 'create_device', { name: 'pc', pubkey })
  assertReadable(made, 'deviceConfig')
  assertReadable(await call(cookie, 'network_info', { pubkey }), 'deviceConfig')
  const begun = await call(cookie, 'register-mfa/code/start', { method: 'Totp' })
  assertReadable(begun, 'mfaStart')
  const code = totpAt(String(begun.json?.totp_secret), pair.core.time.now)
  const finish = { method: 'Totp', code }
  assertReadable(await call(cookie, 'register-mfa/code/finish', finish), 'mfaFinish')
  assertReadable(await proxy.post('/poll', { token: made.json?.token }), 'poll')
  const keys = { auth_pub_key: newPublicKey(), device_pub_key: pubkey }
  for (const empty of [
    await call(cookie, 'register_mobile', keys),
    await call(cookie, 'activate_user', { password: PASSWORD }),
    await proxy.post('/password-reset/request', { email: 'nobody@example.com' }),
  ]) {
    expect(empty).toMatchObject({ status: 200, text: '{}' })
    assertReadable(empty, 'nothing')
  }
  for (const path of ['info', 'instance', 'openapi.json']) {
    const answer = await proxy.get(`/api/v1/${path}`)
    expect(answer.status).toBe(200)
    parseJson(answer.text)
  }
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
