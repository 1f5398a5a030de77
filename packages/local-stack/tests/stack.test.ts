import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { configFiles } from '../../../services/enrollment-proxy/web/src/flow/config-file.js'
import type { LocationConfig } from '../../../services/enrollment-proxy/web/src/flow/flow.js'
import { CoreApi } from '../src/core-api.js'
import { isAlive } from '../src/processes.js'
import type { StackInfo } from '../src/stack-info.js'
import { App } from './_app.js'
import { coreVariables, runCliJson } from './_cli.js'
import { invite } from './_invitations.js'
import { itUnless, lackOfTunnel } from './_machine.js'
import { findSecrets } from './_secrets.js'
import { readInfo, runStackToItsEnd, startTestStack, type TestStack } from './_stack.js'
import { openClient } from './_tunnel.js'
import { waitFor } from './_wait.js'

const LINK = /http:\/\/localhost:\d+\/#token=(\S+)/

const gateway = lackOfTunnel === undefined
const args = gateway ? ['--gateway'] : []

let stack: TestStack

beforeAll(async () => {
  stack = await startTestStack({ args })
}, 60_000)
afterAll(() => stack.stop())

it('prints how far it is, and then everything that one needs to try it', () => {
  const { proxyUrl, mailUrl, coreUrl, adminUsername, adminPassword } = stack.info
  expect(stack.output()).toMatch(/postgres: ready.*core: ready.*Jane Doe.*Sample office/s)
  for (const part of [`${proxyUrl}/`, mailUrl, coreUrl, adminUsername, adminPassword]) {
    expect(stack.output()).toContain(part)
  }
  expect(exportsOf(stack.output())).toEqual({
    ...coreVariables(stack.info),
    DEFGUARD_ADMIN_USERNAME: adminUsername,
    DEFGUARD_ADMIN_PASSWORD: adminPassword,
  })
  expect(stack.output()).toMatch(LINK)
})

it('tells tools where everything is, in a file that only its owner reads', () => {
  const port = '\\d+'
  expect(stack.info).toEqual({
    proxyUrl: expect.stringMatching(`^http://localhost:${port}$`),
    coreGrpc: expect.stringMatching(`^127.0.0.1:${port}$`),
    coreUrl: `https://localhost:${stack.info.coreGrpc.split(':')[1]}`,
    adminTls: filesOf('admin'),
    proxyTls: filesOf('proxy'),
    mailUrl: expect.stringMatching(`^http://localhost:${port}$`),
    mailApi: expect.stringMatching(`^http://localhost:${port}/api$`),
    databaseUrl: expect.stringMatching(/^postgresql:/),
    adminUsername: 'admin',
    adminPassword: expect.any(String),
    gateway: gateway
      ? {
          location: 'Sample office',
          endpoint: expect.stringMatching(`^127.0.0.1:${port}$`),
          addresses: ['10.66.0.1', 'fd66:6465:6667::1'],
        }
      : null,
    pids: {
      core: expect.any(Number),
      proxy: expect.any(Number),
      postgres: expect.any(Number),
      gateway: gateway ? expect.any(Number) : null,
    },
  })
  expect(pidsOf(stack.info).every(isAlive)).toBe(true)
  expect(statSync(join(stack.dir, 'stack.json')).mode & 0o777).toBe(0o600)
})

it('lets nobody else read its state, its mails or its logs', () => {
  const entries = readdirSync(stack.dir, { withFileTypes: true })
  expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(['logs', 'mails']))
  expect(statSync(stack.dir).mode & 0o077).toBe(0)
  for (const { name } of entries) expect(statSync(join(stack.dir, name)).mode & 0o077).toBe(0)
  expect(readdirSync(join(stack.dir, 'logs'))).toEqual(
    expect.arrayContaining(['core.log', 'mail-catcher.log', 'postgres.log', 'proxy.log']),
  )
})

it('keeps the proxy away from what admins do, and core says so in its log', async () => {
  const proxy = CoreApi.of(stack.info, 'proxy')
  await expect(proxy.call(AuthServiceService.whoAmI, {})).rejects.toMatchObject({
    code: status.PERMISSION_DENIED,
  })
  proxy.close()
  const lines = await waitFor('the line', () => {
    const log = readFileSync(join(stack.dir, 'logs', 'core.log'), 'utf8')
    const found = log.split('\n').filter((line) => line.includes('client certificate refused'))
    return found.length > 0 && found
  })
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 'warn',
      reason: 'wrong_role',
      role: 'proxy',
      rpc: '/defguard.admin.v1.AuthService/WhoAmI',
      peer: expect.stringContaining('127.0.0.1'),
    }),
  ])
})

it('mails the sample invitation to the catcher', async () => {
  const { mailApi } = stack.info
  const [mail] = await waitFor('the invitation', async () => {
    const mails = (await (await fetch(`${mailApi}/email`)).json()) as {
      to: { address: string }[]
    }[]
    return mails.length > 0 && mails
  })
  expect(mail?.to).toEqual([expect.objectContaining({ address: 'jane@example.com' })])
})

it('lets no website that is open in the same browser read the mails', async () => {
  const headers = { origin: 'https://example.com' }
  expect((await fetch(`${stack.info.mailApi}/email`, { headers })).status).toBe(403)
})

it('lists the sample person and location to the admin that it names', async () => {
  expect(await runCliJson(stack.info, 'user', 'show', 'jane')).toMatchObject({ state: 'pending' })
  expect(await runCliJson(stack.info, 'location', 'list')).toEqual([
    expect.objectContaining({
      name: 'Sample office',
      addresses: expect.arrayContaining([expect.stringContaining(':')]),
    }),
  ])
})

it('gives core a role that owns its database and is no superuser', async () => {
  const client = new pg.Client(stack.info.databaseUrl)
  await client.connect()
  const { rows } = await client.query('select rolsuper from pg_roles where rolname = current_user')
  await client.end()
  expect(rows).toEqual([{ rolsuper: false }])
})

it('can be reached from this machine only', async () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  for (const { address } of outside) {
    for (const port of portsOf(stack.info)) expect(await canConnect(address, port)).toBe(false)
  }
  for (const port of portsOf(stack.info)) expect(await canConnect('127.0.0.1', port)).toBe(true)
})

it('says so when it is started a second time', async () => {
  const second = await runStackToItsEnd(stack.dir, {})
  expect(second.code).toBe(1)
  expect(second.output).toContain('The local stack is running already')
  expect(readInfo(stack.dir)).toEqual(stack.info)
})

it.each(['proxy', 'core', 'postgres', ...(gateway ? (['gateway'] as const) : [])] as const)(
  'starts a killed %s again and tells its new process id',
  async (name) => {
    const killed = readInfo(stack.dir).pids[name] as number
    process.kill(killed, 'SIGKILL')
    const info = await waitFor(`another ${name}`, () => {
      const now = readInfo(stack.dir)
      return now.pids[name] !== killed && now
    })
    expect(isAlive(info.pids[name] as number)).toBe(true)
    // Core knows a killed gateway as connected for a moment longer.
    await waitFor('an end of what it left', async () => (await namespacesOf(killed)).length === 0)
    await waitFor('an answer', async () => {
      const health = await fetch(`${info.proxyUrl}/api/v1/health-grpc`).catch(() => undefined)
      return health?.ok
    })
    expect(await runCliJson(info, 'user', 'show', 'jane')).toMatchObject({ username: 'jane' })
  },
)

itUnless(lackOfTunnel)(
  'carries traffic of whoever has enrolled, until they are disabled',
  async () => {
    const { info } = stack
    const { token } = await invite(info, 'Pia')
    const app = await App.open(info, token)
    const { configs, keys } = await app.addDevice('laptop')
    const [file] = configFiles(configs, keys.privateKey)
    expect(stack.output()).toContain(`wg-quick up ./${file?.fileName}\n  ping 10.66.0.1\n`)
    await app.activate('Tulip-rain-on-7-roofs!')
    const client = await openClient(configs[0] as LocationConfig, keys.privateKey)
    try {
      await waitFor('an answer', () => client.answersPing('10.66.0.1'))
      await runCliJson(info, 'user', 'disable', 'pia')
      await waitFor('silence', async () => !(await client.answersPing('10.66.0.1')))
    } finally {
      await client.close()
    }
    const log = readFileSync(join(stack.dir, 'logs', 'gateway.log'), 'utf8')
    const secrets = { token: readFileSync(join(stack.dir, 'gateway-token'), 'utf8').trim() }
    expect(log).toContain(keys.publicKey)
    expect(findSecrets(log, secrets)).toEqual([])
  },
)

it('keeps the admin, the data and the sample link over a restart', async () => {
  const [, token] = LINK.exec(stack.output()) ?? []
  const person = ['--username', 'kim', '--first-name', 'Kim', '--last-name', 'Lee']
  await runCliJson(stack.info, 'user', 'create', ...person, '--email', 'kim@example.com')
  await stack.end()
  const { dir, info: before } = stack
  stack = await startTestStack({ dir, args })
  expect(stack.info.adminPassword).toBe(before.adminPassword)
  expect(await runCliJson(stack.info, 'user', 'show', 'kim')).toMatchObject({ username: 'kim' })
  const [link, sameToken] = LINK.exec(stack.output()) ?? []
  expect(sameToken).toBe(token)
  expect(link).toContain(stack.info.proxyUrl)
})

it('leaves no process and no listener when it is told twice to stop', async () => {
  const { dir, info } = stack
  const ended = stack.end()
  stack.child.kill('SIGINT')
  await ended
  expect(stack.child.exitCode).toBe(0)
  expect(pidsOf(info).some(isAlive)).toBe(false)
  for (const port of portsOf(info)) expect(await canConnect('127.0.0.1', port)).toBe(false)
  expect(await namespacesOf(info.pids.gateway)).toEqual([])
  stack = await startTestStack({ dir, args })
})

it('leaves no process when it is killed itself, and starts again', async () => {
  const { dir, info } = stack
  stack.child.kill('SIGKILL')
  await waitFor('the end of all services', () => pidsOf(info).every((pid) => !isAlive(pid)))
  stack = await startTestStack({ dir, args })
  expect(await runCliJson(stack.info, 'user', 'show', 'kim')).toMatchObject({ username: 'kim' })
})

itUnless(lackOfTunnel)(
  'keeps the token of its gateway over restarts, and has another one issued when it is revoked',
  async () => {
    const tokens = () =>
      runCliJson<{ id: number; state: string }[]>(
        stack.info,
        ...['location', 'gateway-token', 'list'],
      )
    const [kept, ...others] = await tokens()
    expect(others).toEqual([])
    await runCliJson(stack.info, 'location', 'gateway-token', 'revoke', `${kept?.id}`, '--yes')
    await stack.end()
    stack = await startTestStack({ dir: stack.dir, args })
    expect(await tokens()).toMatchObject([
      { id: kept?.id, state: 'revoked' },
      { state: 'active', connected_since: expect.any(String) },
    ])
  },
)

function filesOf(role: string) {
  const folder = join(stack.dir, 'certificates', role)
  return {
    cert: join(folder, 'tls.crt'),
    key: join(folder, 'tls.key'),
    ca: join(folder, 'ca.crt'),
  }
}

/** What a shell would get from the lines that are there to be copied. */
function exportsOf(output: string): Record<string, string> {
  return Object.fromEntries(
    [...output.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  )
}

function pidsOf({ pids }: StackInfo): number[] {
  return Object.values(pids).filter((pid) => pid !== null)
}

/** The network namespaces that a process has made. */
async function namespacesOf(pid: number | null): Promise<string[]> {
  if (!gateway) return []
  const { stdout } = await promisify(execFile)('ip', ['netns', 'list'])
  return stdout.match(new RegExp(`^\\S+-${pid}\\b`, 'gm')) ?? []
}

function portsOf(info: StackInfo): number[] {
  const { proxyUrl, coreGrpc, mailUrl, databaseUrl } = info
  return [proxyUrl, `http://${coreGrpc}`, mailUrl, databaseUrl].map((url) =>
    Number(new URL(url).port),
  )
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
