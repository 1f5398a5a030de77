import { EnrollmentAdminServiceService } from '@defguard/proto/admin/v1/enrollments'
import { GroupServiceService } from '@defguard/proto/admin/v1/groups'
import { LocationServiceService } from '@defguard/proto/admin/v1/locations'
import { UserServiceService } from '@defguard/proto/admin/v1/users'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeEach, expect, it } from '@jest/globals'
import { admin, run } from './_cli.js'
import { refusal, TestCore } from './_core.js'
import { ANNA, INVITATION } from './_samples.js'

let core: TestCore
const started: TestCore[] = []
beforeEach(async () => {
  core = await new TestCore().start()
  started.push(core)
})
afterAll(() => {
  for (const one of started) one.stop()
})

const NEW_USER = [
  '--username=anna',
  '--first-name=Anna',
  '--last-name=Doe',
  '--email=a@example.com',
]

it('ends with 0 when the command is done', async () => {
  core.answer(UserServiceService.getUser, () => ({ user: ANNA }))
  expect((await run(['user', 'show', 'anna'], admin(core))).code).toBe(0)
})

it('ends with 1 on a fault of core, and shows nothing of its insides', async () => {
  core.answer(UserServiceService.getUser, () => {
    throw refusal(status.INTERNAL, 'internal error', undefined)
  })
  const { code, stderr } = await run(['user', 'show', 'anna'], admin(core))
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'error: internal error\n' })
})

it.each([
  [['usre'], /unknown command 'usre'\n\(Did you mean user\?\)\nSee defguard-admin --help/],
  [['user', 'lst'], /Did you mean list\?/],
  [['user', 'create', '--username', 'anna'], /--first-name/],
  [['enrollment', 'list', '--state', 'gone'], /Allowed choices are open, in_progress/],
  [['enrollment', 'start', 'anna', '--expires-in', 'soon'], /like 30m, 24h or 7d/],
  [['user', 'create', ...NEW_USER, '--send-to', 'b@example.com'], /--send-to needs --invite/],
  [['user', 'list', '--core', 'http://core.example.com:50055'], /must be reached with https/],
  [['settings', 'set', 'colour', 'red'], /There is no setting "colour"/],
  [['settings', 'set', 'smtp_port', '25', 'smtp_server'], /To which value\? "" clears smtp_server/],
  [['settings', 'set', 'smtp_ca', '-', 'smtp_password'], /Only one value can come from standard/],
  [['settings', 'set', 'smtp_user', 'x', 'smtp_password', 'y'], /never stands on the command line/],
  [['onboarding', 'set', '--page', '/does/not/exist'], /--page names a file that cannot be read/],
])('ends with 2 and says what is wrong: %j', async (args, sentence) => {
  const { code, stdout, stderr } = await run(args, admin(core))
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(sentence)
})

it('ends with 3 and says how to log in when nobody is logged in', async () => {
  const { code, stderr } = await run(['user', 'list'], { DEFGUARD_ADMIN_CORE: core.url })
  expect(code).toBe(3)
  expect(stderr).toContain(`You are not logged in at ${core.url}.`)
  expect(stderr).toContain('defguard-admin login')
  expect(core.calls).toEqual([])
})

it('ends with 3 on a wrong password and on a role that does not suffice', async () => {
  const wrong = { ...admin(core), DEFGUARD_ADMIN_PASSWORD: 'guess' }
  const login = await run(['user', 'list', '--json'], wrong)
  expect(login.code).toBe(3)
  expect(JSON.parse(login.stderr)).toEqual({
    error: 'invalid username or password',
    reason: 'login_failed',
    field: null,
  })
  core.answer(UserServiceService.listUsers, () => {
    throw refusal(status.PERMISSION_DENIED, 'your role does not allow this', 'not_allowed')
  })
  const list = await run(['user', 'list'], admin(core))
  expect(list).toEqual({ code: 3, stdout: '', stderr: 'error: your role does not allow this\n' })
})

it('ends with 4 when there is no such thing', async () => {
  core.answer(LocationServiceService.getLocation, () => {
    throw refusal(status.NOT_FOUND, 'no location named "Ofice"', 'not_found')
  })
  const { code, stderr } = await run(['location', 'show', 'Ofice'], admin(core))
  expect({ code, stderr }).toEqual({ code: 4, stderr: 'error: no location named "Ofice"\n' })
})

it.each([
  ['FAILED_PRECONDITION', status.FAILED_PRECONDITION],
  ['INVALID_ARGUMENT', status.INVALID_ARGUMENT],
  ['ALREADY_EXISTS', status.ALREADY_EXISTS],
  ['RESOURCE_EXHAUSTED', status.RESOURCE_EXHAUSTED],
])('ends with 5 when core refuses: %s', async (_name, code) => {
  core.answer(EnrollmentAdminServiceService.issueEnrollment, () => {
    throw refusal(code, 'User account is already activated', 'user_already_activated')
  })
  const ended = await run(['enrollment', 'start', 'anna', '--json'], admin(core))
  expect(ended).toMatchObject({ code: 5, stdout: '' })
  expect(JSON.parse(ended.stderr)).toEqual({
    error: 'User account is already activated',
    reason: 'user_already_activated',
    field: null,
  })
})

it('says how long to wait when core was asked too often', async () => {
  core.answer(GroupServiceService.listGroups, () => {
    const { metadata, ...err } = refusal(
      status.RESOURCE_EXHAUSTED,
      'too many requests',
      'rate_limited',
    )
    metadata.set('retry-after', '17')
    throw { ...err, metadata }
  })
  const { code, stderr } = await run(['group', 'list'], admin(core))
  expect({ code, stderr }).toEqual({
    code: 5,
    stderr: 'error: Too many requests: try again in 17 s.\n',
  })
})

it('says without a mail server how to get one, and how to do without', async () => {
  core.answer(UserServiceService.createUser, () => {
    throw refusal(status.FAILED_PRECONDITION, 'SMTP is not configured', 'smtp_not_configured')
  })
  const { code, stderr } = await run(['user', 'create', ...NEW_USER, '--invite'], admin(core))
  expect(code).toBe(5)
  expect(stderr).toContain('settings set smtp_server HOST smtp_port 587 smtp_sender ADDRESS')
  expect(stderr).toContain('enrollment start NAME')
})

it('prints every field that is wrong on a line of its own', async () => {
  core.answer(UserServiceService.createUser, () => {
    throw refusal(status.INVALID_ARGUMENT, 'username: too long; email: no @', 'invalid_argument', [
      { field: 'username', message: 'too long' },
      { field: 'email', message: 'no @' },
    ])
  })
  const args = ['user', 'create', ...NEW_USER]
  const text = await run(args, admin(core))
  expect(text.stderr).toBe('error: the request was refused\n  username: too long\n  email: no @\n')
  const json = await run([...args, '--json'], admin(core))
  expect(JSON.parse(json.stderr)).toEqual({
    error: 'username: too long; email: no @',
    reason: 'invalid_argument',
    field: 'username',
  })
})

it('ends with 6 and names the address and the variable when nothing listens there', async () => {
  core.stop()
  const { code, stderr } = await run(['user', 'list'], admin(core))
  expect(code).toBe(6)
  expect(stderr).toContain(`Core cannot be reached at ${core.url} (connection refused)`)
  expect(stderr).toContain('DEFGUARD_ADMIN_CORE')
})

it('tells a core whose database is away from one that is not there', async () => {
  core.answer(UserServiceService.listUsers, () => {
    throw refusal(status.UNAVAILABLE, 'temporarily unavailable', undefined)
  })
  const { code, stderr } = await run(['user', 'list'], admin(core))
  expect(code).toBe(6)
  expect(stderr).toContain('answers, but cannot work at the moment')
})

it('ends with 7 when some of several links could not be resent, and does the rest', async () => {
  core.answer(EnrollmentAdminServiceService.resendToken, ({ token }) => {
    if (token?.username === 'bob') {
      throw refusal(status.FAILED_PRECONDITION, 'user is disabled', 'user_disabled')
    }
    return { invitation: INVITATION }
  })
  const { code, stdout } = await run(
    ['enrollment', 'resend', 'anna', 'bob', '17', '--json'],
    admin(core),
  )
  expect(code).toBe(7)
  expect(JSON.parse(stdout)).toMatchObject([
    { reference: 'anna', token: 'dge_abc', mail: null },
    { reference: 'bob', error: 'user is disabled', reason: 'user_disabled', field: null },
    { reference: '17', token: 'dge_abc' },
  ])
})

it('ends with 7 and says so when people are skipped who were mailed a link just now', async () => {
  const just = 'a link was mailed to "bob" just now: wait 42 seconds, or hand a link over yourself'
  core.answer(EnrollmentAdminServiceService.resendToken, ({ token }) => {
    if (token?.username === 'bob') throw refusal(status.RESOURCE_EXHAUSTED, just, 'rate_limited')
    return { invitation: INVITATION }
  })
  const several = await run(['enrollment', 'resend', 'anna', 'bob'], admin(core))
  expect(several.code).toBe(7)
  expect(several.stdout).toMatch(/Skipped:? +a link was mailed to "bob" just now: wait 42 seconds/)
  expect(several.stderr).toContain('1 resent, 1 skipped, 0 failed.')
  const one = await run(['enrollment', 'resend', 'bob'], admin(core))
  expect(one.code).toBe(5)
  expect(one.stderr).toContain('wait 42 seconds')
})

it('repeats a creation once under the same request id when core is away for a moment', async () => {
  let isFirst = true
  core.answer(UserServiceService.createUser, () => {
    if (isFirst) {
      isFirst = false
      throw refusal(status.UNAVAILABLE, 'temporarily unavailable', undefined)
    }
    return { user: ANNA, invitation: undefined }
  })
  const { code } = await run(['user', 'create', ...NEW_USER], admin(core))
  const [first, second, ...more] = core.requests(UserServiceService.createUser)
  expect(code).toBe(0)
  expect(first?.request_id).toMatch(/^[0-9a-f-]{36}$/)
  expect(second?.request_id).toBe(first?.request_id)
  expect(more).toEqual([])
})
