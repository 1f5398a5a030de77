import { KeyServiceService, KeyState, type KeyUse, KeyUseKind } from '@defguard/proto/admin/v1/keys'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { admin, run } from './_cli.js'
import { TestCore } from './_core.js'

let core: TestCore
beforeAll(async () => {
  core = await new TestCore().start()
})
afterAll(() => core.stop())

const use = (number: number, kind: KeyUseKind, what: string, count: number): KeyUse => ({
  state: number === 0 ? KeyState.CURRENT : KeyState.PREVIOUS,
  number,
  kind,
  what,
  count,
})
const LOCATION = 'location.private_key_sealed'
const PASSWORDS = 'user.password_hash'

it('says of each earlier key whether it can go, and what would be lost', async () => {
  core.answer(KeyServiceService.getKeyStatus, () => ({
    previous_keys: 4,
    uses: [
      use(0, KeyUseKind.SEALED, LOCATION, 4),
      use(1, KeyUseKind.SEALED, LOCATION, 2),
      use(2, KeyUseKind.PASSWORD, PASSWORDS, 7),
      use(2, KeyUseKind.RECOVERY_CODES, 'recovery_code.code_hash', 1),
      use(2, KeyUseKind.GATEWAY_TOKEN, 'gateway.key_id', 3),
      use(3, KeyUseKind.GATEWAY_TOKEN, 'gateway.key_id', 2),
    ],
  }))
  const { stdout, stderr } = await run(['keys', 'status'], admin(core))
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    'KEY         IS NEEDED FOR   IN                           COUNT',
    'current     sealed          location.private_key_sealed  4',
    'previous 1  sealed          location.private_key_sealed  2',
  ])
  expect(stderr.split('\n')).toEqual([
    'Earlier key 1 is still needed: run "defguard-admin keys rotate".',
    'Earlier key 2 is still needed by 7 passwords, until these people log in, the recovery codes of 1 people, and the tokens of 3 gateways, until they have others or expire. Without it they need a password reset, other recovery codes, or another gateway token.',
    'Earlier key 3 is still needed by the tokens of 2 gateways, until they have others or expire. Without it they need another gateway token.',
    'Earlier key 4 can be removed from DEFGUARD_SECRET_KEY_PREVIOUS.',
    '',
  ])
  const json = JSON.parse((await run(['keys', 'status', '--json'], admin(core))).stdout)
  expect(json).toMatchObject({ previous_keys: 4, removable: [4] })
  expect(json.uses[2]).toEqual({
    key: 'previous',
    number: 2,
    kind: 'password',
    what: PASSWORDS,
    count: 7,
  })
})

it('rotates, and ends with 7 when something could not be opened', async () => {
  const uses = [use(0, KeyUseKind.SEALED, LOCATION, 4)]
  core.answer(KeyServiceService.getKeyStatus, () => ({ previous_keys: 1, uses }))
  const pieces = (unreadable: number) => [
    { resealed: 0, unreadable: 0 },
    { resealed: 6, unreadable },
  ]
  core.answerInPieces(KeyServiceService.rotateKeys, pieces(0))
  const good = await run(['keys', 'rotate'], admin(core))
  expect([good.code, good.stdout.split('\n')[0]]).toEqual([0, '6 values were sealed anew.'])
  core.answerInPieces(KeyServiceService.rotateKeys, pieces(1))
  const bad = await run(['keys', 'rotate', '--json'], admin(core))
  expect(bad.code).toBe(7)
  expect(JSON.parse(bad.stdout)).toMatchObject({ resealed: 6, unreadable: 1, removable: [1] })
})
