import { MfaMethod } from '@defguard/proto/enrollment/v1/enrollment'
import { Secret, TOTP } from 'otpauth'
import pg from 'pg'
import { refusalOf } from './_clients.js'
import { type TestCore, waitFor } from './_core.js'

export const { TOTP: BY_APP, EMAIL: BY_MAIL } = MfaMethod
export const STEP_MS = 30_000
export const PASSWORD = 'correct horse battery'

/** The person's authenticator app, as of the core's clock. */
export function codeOf(core: TestCore, secret: string, shiftMs = 0): string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  return totp.generate({ timestamp: core.time.now.getTime() + shiftMs })
}

/** Another code than this one, of the same form. */
export function wrong(code: string): string {
  return code.replace(/^./, (digit) => String((Number(digit) + 5) % 10))
}

export async function startTotp(core: TestCore, sessionSecret: string): Promise<string> {
  const request = { session_secret: sessionSecret, method: BY_APP }
  return (await core.clients.enrollment.startMfaSetup(request)).totp_secret ?? ''
}

/** Has a code mailed, and reads it. */
export async function mailedCode(
  core: TestCore,
  sessionSecret: string,
  recipient: string,
): Promise<string> {
  const before = codesIn(core, recipient).length
  await core.clients.enrollment.startMfaSetup({ session_secret: sessionSecret, method: BY_MAIL })
  return nextCode(core, recipient, before)
}

export function nextCode(core: TestCore, recipient: string, before: number) {
  return waitFor(() => codesIn(core, recipient)[before])
}

/** The codes that were mailed to somebody so far. */
export function codesIn(core: TestCore, recipient: string): string[] {
  return core.transport.sent
    .filter(({ to, subject }) => to === recipient && subject.startsWith('Your code'))
    .map(({ text }) => /\b\d{6}\b/.exec(text)?.[0] ?? '')
}

export async function finish(
  core: TestCore,
  sessionSecret: string,
  code: string,
  method = BY_APP,
): Promise<string[]> {
  const request = { session_secret: sessionSecret, method, code }
  return (await core.clients.enrollment.finishMfaSetup(request)).recovery_codes
}

/** How a call is refused; fails if it is not. */
export async function refusal(call: Promise<unknown>) {
  const outcome = await call.then(
    () => undefined,
    (err) => refusalOf(err),
  )
  if (!outcome) throw new Error('The call was not refused.')
  return outcome
}

export async function query<Row extends pg.QueryResultRow>(
  core: TestCore,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(core.databaseUrl)
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}

/**
 * Makes calls overlap: they run until each waits for `rows`, which somebody holds, and then go on
 * all together.
 */
export async function overlapping<T>(
  core: TestCore,
  rows: string,
  calls: readonly (() => Promise<T>)[],
): Promise<PromiseSettledResult<T>[]> {
  const holder = new pg.Client(core.databaseUrl)
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query(`${rows} for update`)
    const outcomes = Promise.allSettled(calls.map((call) => call()))
    await waitFor(async () => {
      const waiting = await query(
        core,
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return waiting.length === calls.length ? true : undefined
    })
    await holder.query('commit')
    return await outcomes
  } finally {
    await holder.end()
  }
}

/** What an account has to prove itself with, beside the password. */
export async function factorsOf(core: TestCore, username: string) {
  const [row] = await query<{ totp: boolean; email: boolean; recovery: number }>(
    core,
    `select totp_secret_sealed is not null as totp, mfa_email as email,
       (select count(*)::int from recovery_code where user_id = "user".id) as recovery
     from "user" where username = $1`,
    [username],
  )
  return row
}

export const NO_FACTORS = { totp: false, email: false, recovery: 0 }
