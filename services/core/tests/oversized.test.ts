import {
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { allMethods } from './_methods.js'

let core: TestCore
let session: string
beforeAll(async () => {
  core = await startTestCore()
  await core.createUser('owner', { password: 'correct horse battery' })
  await core.createLocation('Everywhere', ['10.0.0.1/12'])
  session = await core.startedEnrollment('newcomer')
})
afterAll(() => core.stop())

const FAR_OVER = 70_000
const NO_LINK = { send_email: false, email: undefined, expires_in_seconds: 0 }

let count = 0
const user = (change: object) => ({
  request_id: '',
  username: `person${count++}`,
  email: `person${count}@example.com`,
  first_name: 'Jo',
  last_name: 'Doe',
  phone: undefined,
  language: undefined,
  groups: [],
  password: undefined,
  invitation: undefined,
  ...change,
})
const place = (change: object) => ({
  request_id: '',
  name: `Place ${count++}`,
  addresses: ['10.77.0.1/24'],
  endpoint: 'vpn.example.com',
  port: 51820,
  dns: [],
  allowed_ips: [],
  allow_all_groups: true,
  allowed_groups: [],
  keepalive_interval: undefined,
  ...change,
})
const settings = async (change: object) => {
  const { settings } = await core.clients.settings.getSettings({})
  if (!settings) throw new Error('There are no settings.')
  const request = { settings: { ...settings, ...change }, update_mask: Object.keys(change) }
  return core.clients.settings.updateSettings(request)
}
const texts = (change: object) =>
  core.clients.onboarding.setOnboarding({
    language: 'en',
    texts: { page: undefined, mail: undefined, subject: undefined, ...change },
    reset: [],
    expected_revision: undefined,
  })
const letters = (length: number) => `${'x'.repeat(length - 6)}${String(count++).padStart(6, 'a')}`
const networks = (length: number) => Array.from({ length }, (_, i) => `10.${i}.0.0/24`)

/** A field, what it takes at most, and how something so long is sent there. */
const FIELDS: [string, number, (length: number) => Promise<unknown>][] = [
  ['username', 63, (n) => core.clients.users.createUser(user({ username: letters(n) }))],
  ['email', 254, (n) => core.clients.users.createUser(user({ email: `${letters(n - 6)}@x.com` }))],
  ['first_name', 100, (n) => core.clients.users.createUser(user({ first_name: letters(n) }))],
  ['last_name', 100, (n) => core.clients.users.createUser(user({ last_name: '😀'.repeat(n) }))],
  ['phone', 64, (n) => core.clients.users.createUser(user({ phone: '1'.repeat(n) }))],
  [
    'password',
    128,
    (n) => core.clients.users.setPassword({ username: 'owner', password: letters(n) }),
  ],
  [
    'name of a group',
    100,
    (n) => core.clients.groups.createGroup({ request_id: '', name: letters(n), role: '' }),
  ],
  [
    'name of a location',
    100,
    (n) => core.clients.locations.createLocation(place({ name: letters(n) })),
  ],
  [
    'addresses',
    10,
    (n) =>
      core.clients.locations.createLocation(
        place({ addresses: networks(n).map((network) => network.replace('.0/', '.1/')) }),
      ),
  ],
  [
    'allowed_ips',
    100,
    (n) => core.clients.locations.createLocation(place({ allowed_ips: networks(n) })),
  ],
  [
    'name of a device',
    100,
    (n) =>
      core.clients.devices.addDevice({
        request_id: '',
        username: 'owner',
        name: letters(n),
        pubkey: newPublicKey(),
      }),
  ],
  [
    'name of a network device',
    100,
    (n) =>
      core.clients.devices.createNetworkDevice({
        request_id: '',
        name: letters(n),
        location: 'Everywhere',
        addresses: [],
        owner: '',
        pubkey: newPublicKey(),
        expires_in_seconds: 0,
      }),
  ],
  [
    'name of an API token',
    100,
    (n) =>
      core.clients.apiTokens.createApiToken({
        request_id: '',
        name: letters(n),
        scopes: ['users:read'],
        expires_in_seconds: 0,
      }),
  ],
  ['instance_name', 100, (n) => settings({ instance_name: letters(n) })],
  ['support_contact_name', 100, (n) => settings({ support_contact_name: letters(n) })],
  [
    'support_contact_email',
    254,
    (n) => settings({ support_contact_email: `${letters(n - 6)}@x.com` }),
  ],
  ['smtp_ca', 64 * 1024, (n) => settings({ smtp_ca: 'x'.repeat(n) })],
  ['page of the onboarding', 32 * 1024, (n) => texts({ page: letters(n) })],
  ['mail of the onboarding', 32 * 1024, (n) => texts({ mail: letters(n) })],
  ['subject of the onboarding', 200, (n) => texts({ subject: letters(n) })],
  [
    'note',
    2000,
    (n) => core.clients.enrollment.reportMistake({ session_secret: session, text: letters(n) }),
  ],
  [
    'name of one’s own device',
    100,
    (n) =>
      core.clients.enrollment.createDevice({
        session_secret: session,
        name: letters(n),
        pubkey: newPublicKey(),
      }),
  ],
  ['address of a link', 254, (n) => issueTo(`${letters(n - 6)}@x.com`)],
]

async function issueTo(email: string) {
  const { username } = await core.createUser(`invited${count++}`)
  const options = { ...NO_LINK, send_email: true, email }
  return core.clients.enrollments.issueEnrollment({ username, options })
}

/** `smtp_ca` must also be certificates, so that what fits is refused for another reason. */
const NOT_MERELY_LONG = ['smtp_ca']

describe.each(FIELDS)('%s', (field, max, send) => {
  it(`takes ${max} and no more, however much more, and says so`, async () => {
    if (!NOT_MERELY_LONG.includes(field)) await send(max)
    for (const length of [max + 1, FAR_OVER]) {
      const { code, reason } = await send(length).then(
        () => ({ code: status.OK, reason: 'nothing' }),
        refusalOf,
      )
      expect({ length, code }).toEqual({ length, code: status.INVALID_ARGUMENT })
      expect(reason).toMatch(/^(invalid_|password_too_long)/)
    }
  })
})

describe('every method of core', () => {
  const HUGE = 'ab '.repeat(FAR_OVER / 3)
  const SOON_MS = 5_000

  it('refuses or takes a huge text in every field, soon and without a fault', async () => {
    const client = new Client(`127.0.0.1:${core.core.port}`, credentials.createInsecure())
    const methods = [
      ...(await allMethods('defguard.admin.v1')),
      ...(await allMethods('defguard.enrollment.v1')),
    ].filter(({ requestStream, responseStream }) => !requestStream && !responseStream)
    expect(methods.length).toBeGreaterThan(60)
    const broken: string[] = []
    for (const method of methods) {
      for (const [field, request] of Object.entries(withHugeTexts(method))) {
        const startedAt = performance.now()
        const code = await call(client, method, request)
        if (FAULTS.includes(code)) broken.push(`${method.path} ${field}: ${status[code]}`)
        expect(performance.now() - startedAt).toBeLessThan(SOON_MS)
      }
    }
    client.close()
    expect(broken).toEqual([])
  })

  const FAULTS = [status.INTERNAL, status.UNKNOWN, status.DATA_LOSS, status.UNAVAILABLE]

  /** The empty request, with a huge text in one field after the other. */
  function withHugeTexts(method: MethodDefinition<unknown, unknown>): Record<string, unknown> {
    const empty = method.requestDeserialize(Buffer.alloc(0)) as Record<string, unknown>
    const fields = Object.entries(empty).filter(
      ([, value]) => value === '' || (Array.isArray(value) && value.length === 0),
    )
    const huge = (value: unknown) => (value === '' ? HUGE : [HUGE])
    return Object.fromEntries(
      fields.map(([name, value]) => [name, { ...empty, [name]: huge(value) }]),
    )
  }

  function call(client: Client, method: MethodDefinition<unknown, unknown>, request: unknown) {
    const metadata = new Metadata()
    metadata.set('authorization', `Bearer ${core.bearer}`)
    const { path, requestSerialize, responseDeserialize } = method
    return new Promise<status>((resolve) => {
      const done = (err: ServiceError | null) => resolve(err ? err.code : status.OK)
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, done)
    })
  }
})
