import { once } from 'node:events'
import { DeviceServiceService } from '@defguard/proto/admin/v1/devices'
import { EnrollmentAdminServiceService } from '@defguard/proto/admin/v1/enrollments'
import { LocationServiceService } from '@defguard/proto/admin/v1/locations'
import { Settings, SettingsServiceService } from '@defguard/proto/admin/v1/settings'
import { UserServiceService } from '@defguard/proto/admin/v1/users'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { admin, run, start } from './_cli.js'
import { refusal, TestCore } from './_core.js'
import { ANNA, INVITATION, LAPTOP, token } from './_samples.js'

let core: TestCore
beforeAll(async () => {
  core = await new TestCore().start()
})
afterAll(() => core.stop())

it('fetches every page of a list, each once', async () => {
  const pages: Record<string, { ids: number[]; next: string }> = {
    '': { ids: [9, 8], next: 'p2' },
    p2: { ids: [7, 6], next: 'p3' },
    p3: { ids: [5], next: '' },
  }
  core.answer(EnrollmentAdminServiceService.listTokens, ({ page }) => {
    const { ids = [], next = '' } = pages[page?.page_token ?? ''] ?? {}
    return { tokens: ids.map((id) => token(id)), next_page_token: next }
  })
  const { stdout } = await run(['enrollment', 'list', '--json'], admin(core))
  expect(JSON.parse(stdout).map(({ id }: { id: number }) => id)).toEqual([9, 8, 7, 6, 5])
  expect(core.requests(EnrollmentAdminServiceService.listTokens)).toHaveLength(3)
})

it('says what is missing as long as no mail can be sent, then how to try it', async () => {
  const settings = { ...Settings.decode(new Uint8Array()), smtp_server: 'mail.example.com' }
  core.answer(SettingsServiceService.updateSettings, () => ({ settings }))
  const args = ['settings', 'set', 'smtp_server', 'mail.example.com']
  const first = await run(args, admin(core))
  expect(first.stderr).toBe('No mail can be sent yet: smtp_port, smtp_sender must be set, too.\n')
  Object.assign(settings, { smtp_port: 587, smtp_sender: 'it@example.com' })
  const { stderr } = await run(args, admin(core))
  expect(stderr).toBe('Try it with "defguard-admin mail test ADDRESS".\n')
})

it('aligns columns by what a terminal shows, and lets no name move the cursor', async () => {
  const trickster = {
    ...ANNA,
    id: 8,
    username: 'bob',
    first_name: '\u001b[2J\u202eB',
    last_name: 'D',
  }
  core.answer(UserServiceService.listUsers, () => ({
    users: [ANNA, trickster],
    next_page_token: '',
  }))
  const { stdout } = await run(['user', 'list'], admin(core))
  expect(stdout).toBe(
    [
      'ID  USERNAME  NAME             EMAIL             STATE    GROUPS      INVITATION  MAIL',
      '7   anna      Anna Łęcka 日本  anna@example.com  pending  staff, vpn  -           -',
      '8   bob       \ufffd[2J\ufffdB D         anna@example.com  pending  staff, vpn  -           -',
      '',
    ].join('\n'),
  )
})

it('prints the command that a network device runs, and no link or code that it could not use', async () => {
  const invitation = {
    ...INVITATION,
    token: 'dgn_abc',
    url: 'https://enroll.example.com/#token=dgn_abc',
  }
  core.answer(DeviceServiceService.createNetworkDevice, () => ({ device: LAPTOP, invitation }))
  const command = ['device', 'create-network', '--name', 'printer', '--location', 'Office']
  const { stdout } = await run(command, admin(core))
  expect(stdout).toContain('dg enroll -u https://enroll.example.com/ -t dgn_abc\n')
  expect(stdout).not.toContain('defguard://')
})

it('words the letter of a desktop activation for the app', async () => {
  const invitation = { ...INVITATION, token: 'dgd_abc' }
  core.answer(EnrollmentAdminServiceService.issueDesktopActivation, () => ({ invitation }))
  const { stdout } = await run(['desktop', 'start', 'anna'], admin(core))
  expect(stdout).toContain('you add a device to your company account')
  expect(stdout).not.toContain('Your company account is ready')
})

it('prints a link to click, to type, to scan and to paste', async () => {
  core.answer(EnrollmentAdminServiceService.issueEnrollment, () => ({ invitation: INVITATION }))
  const { stdout, stderr } = await run(['enrollment', 'start', 'anna'], admin(core))
  expect(stdout).toContain(`Link       ${INVITATION.url}\n`)
  expect(stdout).toContain(`Token      ${INVITATION.token}\n`)
  expect(stdout).toContain(`Deep link  ${INVITATION.deep_link}\n`)
  expect(stdout).toContain('Expires    2026-01-02 00:00 UTC\n')
  expect(stdout).toMatch(/█ ▄▄▄▄▄ █/)
  expect(stdout).toContain(`    ${INVITATION.url}\n`)
  expect(stderr).toContain('Next: defguard-admin enrollment list --user anna')
})

it('gives no advice when asked to be quiet', async () => {
  core.answer(EnrollmentAdminServiceService.issueEnrollment, () => ({ invitation: INVITATION }))
  expect((await run(['enrollment', 'start', 'anna', '--quiet'], admin(core))).stderr).toBe('')
})

it("joins the pieces of a server's configuration and prints nothing else", async () => {
  const pieces = ['# Office\n[Interface]\n', 'ListenPort = 51820\n', '\n[Peer]\n']
  core.answerInPieces(
    LocationServiceService.getServerConfig,
    pieces.map((text) => ({ text })),
  )
  const args = ['location', 'server-config', 'Office', '--sync']
  expect(await run(args, admin(core))).toEqual({ code: 0, stdout: pieces.join(''), stderr: '' })
  const json = await run([...args, '--json'], admin(core))
  expect(JSON.parse(json.stdout)).toEqual({ name: 'Office', config: pieces.join('') })
  expect(core.requests(LocationServiceService.getServerConfig)[0]).toEqual({
    name: 'Office',
    sync: true,
  })
})

it('refuses to print the configuration of a location that does not exist', async () => {
  core.answer(LocationServiceService.getServerConfig, () => {
    throw refusal(status.NOT_FOUND, 'no location named "x"', 'not_found')
  })
  const ended = await run(['location', 'server-config', 'x'], admin(core))
  expect(ended).toEqual({ code: 4, stdout: '', stderr: 'error: no location named "x"\n' })
})

it('prints the configuration of a device ready for a file, and several with their names', async () => {
  const office = { location: 'Office', config: '[Interface]\nAddress = 10.1.1.2' }
  const lab = { location: 'Lab', config: '[Interface]\nAddress = 10.2.0.2' }
  core.answer(DeviceServiceService.getDeviceConfig, ({ location }) => ({
    configs: location ? [office] : [office, lab],
  }))
  const one = await run(['device', 'config', '3', '--location', 'Office'], admin(core))
  expect(one.stdout).toBe(`${office.config}\n`)
  const both = await run(['device', 'config', '3', '--qr'], admin(core))
  expect(both.stdout.startsWith(`# Office\n${office.config}\n\n██`)).toBe(true)
  expect(both.stdout).toContain(`\n# Lab\n${lab.config}\n\n██`)
})

it('shows where a device has its addresses', async () => {
  core.answer(DeviceServiceService.listDevices, () => ({
    devices: [LAPTOP],
    next_page_token: '',
  }))
  const { stdout } = await run(['device', 'list'], admin(core))
  expect(stdout).toContain('Office: 10.1.1.2, fd00::2')
})

it.each([[['--help']], [['user', 'create', '--help']], [['enrollment', 'resend', '--help']]])(
  'teaches by examples: %j',
  async (args) => {
    const { code, stdout, stderr } = await run(args, {})
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('$ defguard-admin ')
  },
)

it('ends quietly when nobody reads its output any more', async () => {
  core.answer(UserServiceService.listUsers, () => ({
    users: Array.from({ length: 5_000 }, (_, id) => ({ ...ANNA, id })),
    next_page_token: '',
  }))
  const child = start(['user', 'list', '--json'], admin(core))
  child.stdout.destroy()
  const said: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = await once(child, 'close')
  expect({ code, said: Buffer.concat(said).toString() }).toEqual({ code: 0, said: '' })
})
