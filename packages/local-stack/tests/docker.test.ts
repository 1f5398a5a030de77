import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { validate } from 'dockerfile-utils'
import pg from 'pg'
import { parse } from 'yaml'
import { findFreePort } from '../src/ports.js'
import { type Postgres, startPostgres } from '../src/postgres.js'
import { preparePostgresBinaries } from '../src/postgres-binaries.js'
import { buildImage, copyBuildContext, DOCKERFILE, type Image, ROOT, readStage } from './_image.js'
import { waitFor } from './_wait.js'

const COMPOSE = join(ROOT, 'docker/compose.yaml')
const COMPOSE_GATEWAYS = join(ROOT, 'docker/compose.gateways.yaml')
const BUILD_TIMEOUT_MS = 240_000

interface Service {
  readonly environment: Readonly<Record<string, string>>
  readonly networks: readonly string[]
  readonly secrets?: readonly string[]
}
const { services } = parse(readFileSync(COMPOSE, 'utf8'), { merge: true }) as {
  services: Record<'core' | 'proxy' | 'admin' | 'postgres' | 'mail', Service>
}

let place: string
let secrets: string
let postgres: Postgres
let images: { readonly core: Image; readonly proxy: Image; readonly admin: Image }
let env: Record<'core' | 'proxy' | 'admin', NodeJS.ProcessEnv>
let corePort: number
let proxyUrl: string
const running: ChildProcess[] = []

beforeAll(async () => {
  place = await mkdtemp('/tmp/defguard-docker-')
  await chmod(place, 0o755)
  secrets = join(place, 'secrets')
  execFileSync(join(ROOT, 'docker/make-secrets.sh'), [secrets])
  const source = join(place, 'source')
  await copyBuildContext(source)
  const build = (target: string) => buildImage(target, source, join(place, target))
  // One after the other: they share the source folder.
  images = {
    core: await build('core'),
    proxy: await build('proxy'),
    admin: await build('admin'),
  }
  postgres = await startTlsPostgres()
  corePort = await findFreePort()
  const proxyPort = await findFreePort()
  proxyUrl = `http://127.0.0.1:${proxyPort}`
  const url = readFileSync(join(secrets, 'database-url'), 'utf8')
    .replace('@postgres:5432', `@localhost:${postgres.port}`)
    .replace('/run/secrets', secrets)
  writeFileSync(join(place, 'database-url'), url)
  const core = `https://localhost:${corePort}`
  env = {
    core: {
      ...environmentOf('core'),
      DATABASE_URL_FILE: join(place, 'database-url'),
      DEFGUARD_GRPC_BIND_ADDRESS: '127.0.0.1',
      DEFGUARD_GRPC_PORT: String(corePort),
      DEFGUARD_GATEWAY_GRPC_PORT: '0',
    },
    proxy: {
      ...environmentOf('proxy'),
      DEFGUARD_CORE_GRPC_URL: core,
      DEFGUARD_HTTP_BIND_ADDRESS: '127.0.0.1',
      DEFGUARD_PROXY_HTTP_PORT: String(proxyPort),
    },
    admin: { ...environmentOf('admin'), DEFGUARD_ADMIN_CORE: core },
  }
  running.push(runImage('core'), runImage('proxy'))
}, BUILD_TIMEOUT_MS)

afterAll(async () => {
  for (const child of running.reverse()) {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  await postgres?.stop()
  await rm(place, { recursive: true, force: true })
}, 60_000)

it('has a compose file that the specification and a linter accept', async () => {
  expect(await lintCompose(COMPOSE)).toEqual({ code: 0, messages: [] })
  const wrong = join(place, 'compose.yaml')
  writeFileSync(wrong, readFileSync(COMPOSE, 'utf8').replace('read_only: true', 'read_only: 3'))
  expect((await lintCompose(wrong)).code).not.toBe(0)
})

it('opens core to gateways only where it is asked to, and then to this machine alone', async () => {
  expect(await lintCompose(COMPOSE_GATEWAYS)).toEqual({ code: 0, messages: [] })
  expect(services.core).not.toHaveProperty('ports')
  const { services: added } = parse(readFileSync(COMPOSE_GATEWAYS, 'utf8'))
  expect(added).toEqual({
    core: {
      networks: ['private', 'gateways'],
      ports: [
        { target: 50066, published: '50066', host_ip: expect.stringMatching(/:-127\.0\.0\.1}$/) },
      ],
    },
  })
})

it('has a Dockerfile without a finding', () => {
  const text = readFileSync(DOCKERFILE, 'utf8')
  expect(validate(text).map(({ message }) => message)).toEqual([])
  expect(validate(text.replace('EXPOSE 8080', 'EXPOSE eighty'))).not.toEqual([])
})

it('runs no program of ours as root or on a writable root', () => {
  for (const target of ['core', 'proxy', 'admin'] as const) {
    expect(readStage(target)).toMatch(/^USER 1000:1000$/m)
    expect(services[target]).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
  }
})

it('keeps core and its database on a network that the public one does not reach', () => {
  expect(services.core.networks).toEqual(['private'])
  expect(services.postgres.networks).toEqual(['private'])
  expect(services.proxy.networks).toEqual(['private', 'public'])
  expect(services.proxy.secrets).toEqual(['proxy.crt', 'proxy.key', 'ca.crt'])
})

it('ships production dependencies only', () => {
  for (const target of ['core', 'proxy', 'admin'] as const) {
    const packages = readdirSync(join(place, target, 'node_modules/.pnpm'))
    expect(packages.some((name) => name.startsWith('@grpc+grpc-js@'))).toBe(true)
    expect(
      packages.filter((name) => /^(jest|typescript|vite|node|@bufbuild\+buf)@/.test(name)),
    ).toEqual([])
  }
  expect(existsSync(join(images.proxy.workdir, 'dist/web/index.html'))).toBe(true)
})

it('lets the proxy reach core, and core its database, through TLS', async () => {
  const health = await waitFor('the proxy to reach core', async () => {
    const answer = await fetch(`${proxyUrl}/api/v1/health-grpc`).catch(() => undefined)
    return answer?.ok && answer
  })
  expect(health.status).toBe(200)
  const client = new pg.Client({ ...superuser(), database: 'postgres', ssl: false })
  await client.connect()
  const { rows } = await client.query(
    `select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'defguard'`,
  )
  await client.end()
  expect(rows).toEqual([{ ssl: true }])
})

it('turns away who has no certificate of the private CA', async () => {
  const socket = connect({
    host: 'localhost',
    port: corePort,
    ca: readFileSync(join(secrets, 'ca.crt')),
    ALPNProtocols: ['h2'],
  })
  socket.resume() // with TLS 1.3 the refusal comes after the client's handshake
  const [err] = (await once(socket, 'error').catch((error) => [error])) as [Error]
  expect(err.message).toMatch(/certificate required|handshake failure/)
})

it('has health checks that tell a running program from a stopped one', async () => {
  expect(await checkHealth('core')).toBe(0)
  expect(await checkHealth('proxy')).toBe(0)
  expect(await checkHealth('core', { DEFGUARD_GRPC_PORT: '1' })).toBe(1)
  expect(await checkHealth('proxy', { DEFGUARD_PROXY_HTTP_PORT: '1' })).toBe(1)
})

it('makes the first admin, who can then work through the admin image', async () => {
  const [node, ...args] = images.core.command
  const options = { cwd: images.core.workdir, env: env.core }
  const made = await run(node, [...args, 'bootstrap-admin', '--json'], options)
  expect(made).toMatchObject({ code: 0 })
  const { username, password } = JSON.parse(made.stdout)
  const credentials = { DEFGUARD_ADMIN_USERNAME: username, DEFGUARD_ADMIN_PASSWORD: password }
  const [adminNode, ...adminArgs] = images.admin.command
  const listed = await run(adminNode, [...adminArgs, 'user', 'list', '--json'], {
    cwd: images.admin.workdir,
    env: { ...env.admin, ...credentials },
  })
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('"admin"') })
})

/** The variables that the compose file gives a service, with secrets where this test has them. */
function environmentOf(name: keyof typeof services): NodeJS.ProcessEnv {
  const variables = Object.entries(services[name].environment).map(([variable, value]) => [
    variable,
    value.replace(/\$\{\w+:-(.*)\}/, '$1').replace('/run/secrets', secrets),
  ])
  return { PATH: process.env.PATH, NODE_ENV: 'production', ...Object.fromEntries(variables) }
}

function runImage(name: 'core' | 'proxy'): ChildProcess {
  const [program = '', ...args] = images[name].command
  // What a script of pnpm finds as `node` may be a shell script, which keeps signals to itself.
  const ownNode = program === 'node' ? process.execPath : program
  return spawn(ownNode, args, { cwd: images[name].workdir, env: env[name], stdio: 'ignore' })
}

async function checkHealth(
  name: 'core' | 'proxy',
  change: NodeJS.ProcessEnv = {},
): Promise<number> {
  const [program, ...args] = images[name].healthCheck
  const options = { cwd: images[name].workdir, env: { ...env[name], ...change } }
  return (await run(program, args, options)).code
}

function run(
  program: string | undefined,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(program ?? '', args, options, (err, stdout, stderr) =>
      resolve({ code: err ? Number(err.code ?? 1) : 0, stdout, stderr }),
    )
  })
}

async function lintCompose(path: string): Promise<{ code: number; messages: string[] }> {
  const dclint = join(ROOT, 'packages/local-stack/node_modules/dclint/bin/dclint.cjs')
  const args = [dclint, '-c', join(ROOT, 'docker/.dclintrc.yaml'), '-f', 'json', path]
  const { code, stdout } = await run(process.execPath, args, { cwd: ROOT, env: process.env })
  const files = JSON.parse(stdout || '[]') as { messages: { message: string }[] }[]
  return { code, messages: files.flatMap(({ messages }) => messages.map((m) => m.message)) }
}

/** As the compose file runs it: a key of its own, and core's role as the container's script makes it. */
async function startTlsPostgres(): Promise<Postgres> {
  const folder = join(place, 'postgres')
  await mkdir(folder)
  const binaries = await preparePostgresBinaries(folder)
  const files = { ssl_cert_file: 'postgres.crt', ssl_key_file: 'postgres.key' }
  const settings: Record<string, string> = { ssl: 'on', fsync: 'off' }
  for (const [setting, name] of Object.entries(files)) {
    settings[setting] = join(folder, name)
    await copyFile(join(secrets, name), join(folder, name))
    await chmod(join(folder, name), 0o600)
    if (binaries.account)
      await chown(join(folder, name), binaries.account.uid, binaries.account.gid)
  }
  const port = await findFreePort()
  const password = readFileSync(join(secrets, 'superuser-password'), 'utf8').trim()
  const started = await startPostgres({ place: folder, binaries, port, password, settings })
  const client = new pg.Client({ ...superuser(port), database: 'postgres' })
  await client.connect()
  const script = readFileSync(join(ROOT, 'docker/create-core-role.sh'), 'utf8')
  const statements = /^create .*;$/gm
  for (const [sql] of script.matchAll(statements)) {
    const ofCore = readFileSync(join(secrets, 'database-password'), 'utf8').trim()
    await client.query(sql.replace(`:'password'`, `'${ofCore}'`))
  }
  await client.end()
  return started
}

function superuser(port = postgres.port): pg.ClientConfig {
  const password = readFileSync(join(secrets, 'superuser-password'), 'utf8').trim()
  return { host: 'localhost', port, user: 'postgres', password }
}
