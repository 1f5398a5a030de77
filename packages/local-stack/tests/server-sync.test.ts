import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { EnrollmentServiceService as Enrollment } from '@defguard/proto/enrollment/v1/enrollment'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { CoreApi } from '../src/core-api.js'
import { CLI, type CliResult, coreVariables, runCliJson } from './_cli.js'
import { itUnless, lackOfTunnel } from './_machine.js'
import { startTestStack, type TestStack } from './_stack.js'
import { openServer } from './_tunnel.js'

const run = promisify(execFile)

const SCRIPT = fileURLToPath(new URL('../../../docker/wireguard/sync.sh', import.meta.url))
const LOCATION = 'Head office'
const INTERFACE = `sync${process.pid}`

let stack: TestStack
/** The script's state folder, and that of the program it calls. */
let state: string
let programs: string
/** The file of the API token that the server has: it may read this, and nothing else. */
let tokenFile: string
let server: { remove(): Promise<void> } | undefined

beforeAll(async () => {
  if (lackOfTunnel) return
  stack = await startTestStack()
  programs = await mkdtemp(join(tmpdir(), 'defguard-programs-'))
  state = join(programs, 'state')
  const program = `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`
  await writeFile(join(programs, 'defguard-admin'), program, { mode: 0o755 })
  const place = ['--address', '10.78.0.1/24', '--endpoint', 'vpn.example.com', '--port', '51820']
  await runCliJson(stack.info, 'location', 'create', '--name', LOCATION, ...place)
  const { token } = await runCliJson<{ token: string }>(
    stack.info,
    ...['api-token', 'create', 'vpn-server', '--scope', 'locations:secret'],
  )
  tokenFile = join(programs, 'token')
  await writeFile(tokenFile, token, { mode: 0o600 })
}, 120_000)

afterAll(async () => {
  await server?.remove()
  await stack?.stop()
  if (programs) await rm(programs, { recursive: true, force: true })
})

/** One run of the script, as the timer makes it. */
function sync(coreUrl = stack.info.coreUrl): Promise<CliResult> {
  const env = {
    PATH: `${programs}:${process.env.PATH}`,
    STATE_DIRECTORY: state,
    ...coreVariables({ ...stack.info, coreUrl }),
    DEFGUARD_ADMIN_TOKEN_FILE: tokenFile,
  }
  return new Promise((resolve) => {
    execFile(SCRIPT, [INTERFACE, LOCATION], { env }, (err, stdout, stderr) => {
      resolve({ code: err ? Number(err.code ?? 1) : 0, stdout, stderr })
    })
  })
}

const peers = async () => {
  const { stdout } = await run('wg', ['show', INTERFACE, 'allowed-ips'])
  return Object.fromEntries(
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t')),
  )
}

/** A printer in the location, and what gives it another key. */
async function addPrinter(): Promise<(key: string) => Promise<void>> {
  const { token } = await runCliJson<{ token: string }>(
    stack.info,
    ...['device', 'create-network', '--name', 'printer', '--location', LOCATION],
  )
  return async (pubkey) => {
    const core = CoreApi.of(stack.info, 'proxy')
    try {
      const { session_secret } = await core.call(Enrollment.startEnrollment, { token })
      await core.call(Enrollment.createDevice, { session_secret, name: '', pubkey })
    } finally {
      core.close()
    }
  }
}

const newKey = () => randomBytes(32).toString('base64')

itUnless(lackOfTunnel)(
  'keeps a plain WireGuard server in step with core, through outages of either',
  async () => {
    const [first, second] = [newKey(), newKey()]
    const setKey = await addPrinter()
    await setKey(first)
    expect(await sync()).toMatchObject({ code: 0, stderr: '' })
    const kept = join(state, `${INTERFACE}.conf`)
    expect(await readFile(kept, 'utf8')).toContain(first)
    expect([(await stat(state)).mode & 0o777, (await stat(kept)).mode & 0o777]).toEqual([
      0o700, 0o600,
    ])

    // The server starts with what was kept, whether or not core can be asked.
    const postUp = `PostUp = wg syncconf %i '${state}/%i.conf'`
    const config = `[Interface]\nAddress = 10.78.0.1/24\n${postUp}\n`
    server = await openServer({ name: INTERFACE, config })
    expect(await peers()).toEqual({ [first]: '10.78.0.2/32' })
    expect(await sync('https://127.0.0.1:9')).toMatchObject({ code: 6 })
    expect(await peers()).toEqual({ [first]: '10.78.0.2/32' })

    await setKey(second)
    expect(await sync()).toMatchObject({
      code: 0,
      stdout: `${INTERFACE} is in step with ${LOCATION}: 1 peers\n`,
    })
    expect(await peers()).toEqual({ [second]: '10.78.0.2/32' })
    expect(await sync()).toEqual({ code: 0, stdout: '', stderr: '' })

    await run('wg', ['set', INTERFACE, 'peer', second, 'remove'])
    expect(await sync()).toMatchObject({ code: 0, stderr: '' })
    expect(await peers()).toEqual({ [second]: '10.78.0.2/32' })
  },
  60_000,
)
