// Ratios measured in one run, so that they say something on any machine: `pnpm bench core`.
import { performance } from 'node:perf_hooks'
import { readConfig } from '@defguard/core/config'
import { createCore } from '@defguard/core/core'
import { CoreApi } from '@defguard/local-stack/core-api'
import { startEphemeralPostgres } from '@defguard/local-stack/ephemeral-postgres'
import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { EnrollmentAdminServiceService as Invitations } from '@defguard/proto/admin/v1/enrollments'
import { UserServiceService as Users } from '@defguard/proto/admin/v1/users'
import { EnrollmentServiceService as Enrollment } from '@defguard/proto/enrollment/v1/enrollment'
import { Env } from '@defguard/runtime/env'

const ROUNDS = 200
const HASHING = 16
const PASSWORD = 'Tulip-rain-on-7-roofs!'

const postgres = await startEphemeralPostgres(100)
const core = createCore(
  readConfig(
    new Env({
      DATABASE_URL: postgres.url,
      DEFGUARD_SECRET_KEY: 'k'.repeat(64),
      DEFGUARD_GRPC_INSECURE: 'loopback',
      DEFGUARD_GRPC_PORT: '0',
      DEFGUARD_GATEWAY_GRPC_PORT: '0',
      DEFGUARD_URL: 'http://localhost/',
      DEFGUARD_ENROLLMENT_URL: 'http://localhost/',
      DEFGUARD_DEFAULT_ADMIN_PASSWORD: PASSWORD,
      DEFGUARD_LIMIT_STARTS_PER_TOKEN: 'off',
      DEFGUARD_LOG_LEVEL: 'silent',
    }),
  ),
)
await core.start()
const api = new CoreApi(core.port)
try {
  const { session_secret } = await api.call(AuthServiceService.login, {
    login: 'admin',
    password: PASSWORD,
  })
  api.useSession(session_secret)
  await benchStarts()
} finally {
  api.close()
  await core.stop()
  await postgres.stop()
}

/** Does a start wait for the passwords that others set at the same time? */
async function benchStarts(): Promise<void> {
  const token = await invite('starter')
  const start = () => api.call(Enrollment.startEnrollment, { token })
  await median(start)
  const alone = await median(start)
  const sessions = await Promise.all(
    Array.from({ length: HASHING }, async (_, i) => startedSession(`hashing${i}`)),
  )
  const activations = sessions.map((secret) =>
    api.call(Enrollment.activateUser, { session_secret: secret, password: PASSWORD }, 60_000),
  )
  const loaded = await median(start, HASHING)
  await Promise.all(activations)
  report(`start while ${HASHING} passwords are hashed / start alone`, loaded, alone)
}

async function startedSession(username: string): Promise<string> {
  const token = await invite(username)
  return (await api.call(Enrollment.startEnrollment, { token })).session_secret
}

async function invite(username: string): Promise<string> {
  await api.call(Users.createUser, {
    request_id: '',
    username,
    email: `${username}@example.com`,
    first_name: 'Jo',
    last_name: 'Doe',
    groups: [],
  })
  const { invitation } = await api.call(Invitations.issueEnrollment, {
    username,
    options: { send_email: false, expires_in_seconds: 0 },
  })
  return invitation?.token ?? ''
}

async function median(act: () => Promise<unknown>, rounds = ROUNDS): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now()
    await act()
    times.push(performance.now() - begin)
  }
  return times.sort((a, b) => a - b)[rounds >> 1] ?? 0
}

function report(what: string, ms: number, baseMs: number): void {
  const times = `${ms.toFixed(1)} ms / ${baseMs.toFixed(1)} ms`
  process.stdout.write(`${(ms / baseMs).toFixed(2)}  ${what}  (${times})\n`)
}
