import { once } from 'node:events'
import { mkdtemp, readdir } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import pg from 'pg'
import { createTestDatabase } from '../src/test-database.js'
import { runCliJson } from './_cli.js'
import { removeState, runStackToItsEnd, startTestStack } from './_stack.js'

const LINK = /http:\/\/localhost:\d+\/#token=(\S+)/

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'defguard-stack-'))
})
afterEach(() => removeState(dir))

it('names every taken port and the variable that moves it', async () => {
  const servers = [createServer(), createServer()]
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
  const [proxy, mail] = servers.map((server) => String((server.address() as AddressInfo).port))
  const env = { DEFGUARD_PROXY_HTTP_PORT: `${proxy}`, DEFGUARD_LOCAL_MAIL_PORT: `${mail}` }
  const { code, output } = await runStackToItsEnd(dir, { env })
  for (const server of servers) server.close()
  expect(code).toBe(1)
  expect(output).toMatch(new RegExp(`Port ${proxy},.* is taken.*DEFGUARD_PROXY_HTTP_PORT`))
  expect(output).toMatch(new RegExp(`Port ${mail},.* is taken.*DEFGUARD_LOCAL_MAIL_PORT`))
})

it('refuses one port for two parts', async () => {
  const env = { DEFGUARD_GRPC_PORT: '50055', DEFGUARD_LOCAL_SMTP_PORT: '50055' }
  const { output } = await runStackToItsEnd(dir, { env })
  expect(output).toContain('DEFGUARD_GRPC_PORT and DEFGUARD_LOCAL_SMTP_PORT must differ.')
})

it('stops with the sentence of the service that refuses its configuration', async () => {
  const env = { DEFGUARD_ENROLLMENT_SESSION_TIMEOUT: 'soon' }
  const { code, output } = await runStackToItsEnd(dir, { env })
  expect(code).toBe(1)
  expect(output).toContain('DEFGUARD_ENROLLMENT_SESSION_TIMEOUT must be a duration')
})

it('refuses what it does not know, and says what it knows', async () => {
  const { code, output } = await runStackToItsEnd(dir, { args: ['--gateways'] })
  expect(code).toBe(2)
  expect(output).toMatch(/Unknown option '--gateways'.*Usage: .*start \[-- --gateway\]/s)
  expect(await readdir(dir)).toEqual([])
})

it('says what is missing for a gateway before it starts anything', async () => {
  const options = { args: ['--', '--gateway'], env: { PATH: '/nowhere' } }
  const { code, output } = await runStackToItsEnd(dir, options)
  expect(code).toBe(1)
  expect(output).toMatch(
    /^--gateway cannot work here: (setpriv is not installed: apt install util-linux|it needs \w+, .+)\.\n/,
  )
  expect(await readdir(dir)).toEqual([])
})

it('uses the empty database that it is given, and knows it again', async () => {
  const database = await createTestDatabase(async () => {}, 'empty')
  const options = { dir, env: { DATABASE_URL: database.url } }
  const first = await startTestStack(options)
  expect(first.info).toMatchObject({ databaseUrl: database.url, pids: { postgres: null } })
  expect(await runCliJson(first.info, 'user', 'show', 'jane')).toMatchObject({ username: 'jane' })
  await first.end()
  const second = await startTestStack(options)
  expect(second.info.adminPassword).toBe(first.info.adminPassword)
  await second.end()
  await database.drop()
})

it('leaves a database alone that holds something else', async () => {
  const database = await createTestDatabase(async (url) => {
    const client = new pg.Client(url)
    await client.connect()
    await client.query('create table accounts as select 1 as id')
    await client.end()
  }, 'foreign')
  const { code, output } = await runStackToItsEnd(dir, { env: { DATABASE_URL: database.url } })
  expect(code).toBe(1)
  expect(output).toContain('The database is not empty and was not filled by this local stack')
  const client = new pg.Client(database.url)
  await client.connect()
  const { rows } = await client.query(
    `select relname from pg_class where relnamespace = 'public'::regnamespace`,
  )
  await client.end()
  expect(rows).toEqual([{ relname: 'accounts' }])
  await database.drop()
})

it('makes a new link at the next start when the old one has expired', async () => {
  const first = await startTestStack({ dir })
  const client = new pg.Client(first.info.databaseUrl)
  await client.connect()
  await client.query(`update enrollment_token set expires_at = now() - interval '1 second'`)
  await client.end()
  await first.end()
  const second = await startTestStack({ dir })
  expect(tokenIn(second.output())).not.toBe(tokenIn(first.output()))
  const tokens = await runCliJson(second.info, 'enrollment', 'list', '--state', 'open')
  expect(tokens).toEqual([expect.objectContaining({ user: 'jane' })])
  await second.end()
})

it('invites another sample person at the next start when the first has enrolled', async () => {
  const first = await startTestStack({ dir })
  const api = `${first.info.proxyUrl}/api/v1/enrollment`
  const start = await post(`${api}/start`, { token: tokenIn(first.output()) })
  expect(start.status).toBe(200)
  const cookie = start.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const activate = await post(
    `${api}/activate_user`,
    { password: 'Tulip-rain-on-7-roofs!' },
    cookie,
  )
  expect(activate.status).toBe(200)
  await first.end()
  const second = await startTestStack({ dir })
  expect(tokenIn(second.output())).not.toBe(tokenIn(first.output()))
  expect(await runCliJson(second.info, 'user', 'show', 'jane2')).toMatchObject({ state: 'pending' })
  await second.end()
})

function tokenIn(output: string): string {
  return LINK.exec(output)?.[1] ?? 'no link'
}

function post(url: string, body: object, cookie = ''): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  })
}
