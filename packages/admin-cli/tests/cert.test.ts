import { X509Certificate } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { CertificateFolder } from '../src/certificates/folder.js'
import { newConfigHome, run } from './_cli.js'

const DAY_MS = 24 * 3_600_000

/** Nothing of core: no address, no login, and files of a certificate that is not there. */
const NO_CORE = {
  DEFGUARD_ADMIN_CORE: undefined,
  DEFGUARD_ADMIN_CERT: '/nowhere',
}

interface IssuedJson {
  readonly name: string
  readonly role: string
  readonly hosts: string[]
  readonly not_before: string
  readonly not_after: string
  readonly state: string
  readonly cert: string
  readonly key: string
  readonly ca: string
}

function newFolder() {
  const dir = join(newConfigHome(), 'certificates')
  const cert = (...args: string[]) => run(['cert', ...args, '--dir', dir], NO_CORE)
  const json = async <T = IssuedJson>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await cert(...args, '--json')
    if (code !== 0) throw new Error(stderr)
    return JSON.parse(stdout) as T
  }
  return { dir, cert, json }
}

const certificateIn = (path: string) => new X509Certificate(readFileSync(path))
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

it('makes a CA that signs for holders only, in a folder that nobody else can look into', async () => {
  const { dir, cert } = newFolder()
  const { code, stdout, stderr } = await cert('init')
  expect(code).toBe(0)
  expect([dir, join(dir, 'ca.key'), join(dir, 'ca.crt')].map(modeOf)).toEqual(['700', '600', '600'])
  const ca = certificateIn(join(dir, 'ca.crt'))
  expect({ ca: ca.ca, own: ca.checkIssued(ca) && ca.verify(ca.publicKey) }).toEqual({
    ca: true,
    own: true,
  })
  expect(ca.validToDate.getTime() - Date.now()).toBeGreaterThan(3_600 * DAY_MS)
  expect(stdout + stderr).not.toContain('PRIVATE KEY')
})

it('never writes over a CA or a certificate that is there', async () => {
  const { dir, cert } = newFolder()
  await cert('init')
  await cert('issue', '--role', 'proxy')
  const read = () =>
    ['ca.key', 'proxy/tls.key'].map((name) => readFileSync(join(dir, name), 'utf8'))
  const before = read()
  for (const args of [['init'], ['issue', '--role', 'proxy']]) {
    const { code, stderr } = await cert(...args)
    expect(code).toBe(5)
    expect(stderr).toContain('exists already; nothing was changed')
  }
  expect(read()).toEqual(before)
  expect(readdirSync(dir).sort()).toEqual(['ca.crt', 'ca.key', 'proxy'])
})

it('issues a certificate for a role, its hosts and a month', async () => {
  const { dir, cert, json } = newFolder()
  await cert('init')
  const hosts = ['--dns', 'core.internal,core', '--ip', '10.0.0.5', '--ip', 'fd00::1']
  const issued = await json('issue', '--role', 'core', ...hosts)
  expect(issued).toMatchObject({
    name: 'core',
    role: 'core',
    hosts: ['core.internal', 'core', '10.0.0.5', 'fd00:0:0:0:0:0:0:1'],
    state: 'good',
    cert: join(dir, 'core/tls.crt'),
    key: join(dir, 'core/tls.key'),
    ca: join(dir, 'core/ca.crt'),
  })
  expect([issued.cert, issued.key, issued.ca].map(modeOf)).toEqual(['600', '600', '600'])
  const certificate = certificateIn(issued.cert)
  expect(certificate.subjectAltName).toContain('URI:urn:defguard:role:core')
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
  expect(certificate.checkIP('fd00::1')).toBeDefined()
  expect(certificate.checkIssued(certificateIn(issued.ca))).toBe(true)
  expect(certificate.serialNumber.length).toBe(32)
  expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now() - 4 * 60_000)
  const life = certificate.validToDate.getTime() - Date.now()
  expect(Math.round(life / DAY_MS)).toBe(30)
})

it('gives what calls core no right to be called, and core on one machine its own name', async () => {
  const { cert, json } = newFolder()
  await cert('init')
  for (const role of ['proxy', 'admin']) {
    const { cert: path, hosts } = await json('issue', '--role', role)
    expect({ hosts, usage: certificateIn(path).keyUsage }).toEqual({
      hosts: [],
      usage: ['1.3.6.1.5.5.7.3.2'],
    })
  }
  const { hosts } = await json('issue', '--role', 'core')
  expect(hosts).toEqual(['localhost', '127.0.0.1', '0:0:0:0:0:0:0:1'])
})

it('renews what is due, and nothing else, with a new key for the same role and hosts', async () => {
  const { dir, json } = newFolder()
  const folder = new CertificateFolder(dir)
  await folder.init('Test CA', new Date(Date.now() - 40 * DAY_MS))
  const names = [{ type: 'DNS', value: 'core.internal' }]
  const core = { role: 'core', names, lifetimeMs: 30 * DAY_MS } as const
  await folder.issue('core', core, new Date(Date.now() - 21 * DAY_MS))
  const proxy = { role: 'proxy', names: [], lifetimeMs: 30 * DAY_MS } as const
  await folder.issue('gone', proxy, new Date(Date.now() - 31 * DAY_MS))
  await folder.issue('proxy', proxy, new Date(Date.now() - 19 * DAY_MS))
  const before = await json<IssuedJson[]>('list')
  expect(before.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'core due',
    'gone expired',
    'proxy good',
  ])
  const keys = () =>
    ['core', 'gone', 'proxy'].map((name) => readFileSync(join(dir, name, 'tls.key')))
  const [coreKey, , proxyKey] = keys()
  const renewed = await json<IssuedJson[]>('renew')
  expect(renewed).toMatchObject([
    { reference: 'core', role: 'core', hosts: ['core.internal'], state: 'good' },
    { reference: 'gone', role: 'proxy', hosts: [], state: 'good' },
  ])
  const life = Date.parse(renewed[0]?.not_after ?? '') - Date.now()
  expect(Math.round(life / DAY_MS)).toBe(30)
  const [newCoreKey, , newProxyKey] = keys()
  expect(newCoreKey?.equals(coreKey as Buffer)).toBe(false)
  expect(newProxyKey?.equals(proxyKey as Buffer)).toBe(true)
  expect(modeOf(join(dir, 'core/tls.key'))).toBe('600')
  expect(readdirSync(join(dir, 'core')).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key'])
  expect(await json('renew')).toEqual([])
  expect(await json<IssuedJson[]>('renew', '--all', '--days', '7')).toHaveLength(3)
  expect(await json('show', 'proxy')).toMatchObject({ role: 'proxy', state: 'good' })
})

it('renews the others when one cannot be renewed, and says which', async () => {
  const { dir, cert, json } = newFolder()
  await cert('init')
  for (const role of ['admin', 'proxy']) await json('issue', '--role', role)
  writeFileSync(join(dir, 'admin/tls.crt'), readFileSync(join(dir, 'ca.crt')))
  const { code, stdout } = await cert('renew', 'admin', 'proxy', '--json')
  expect(code).toBe(7)
  expect(JSON.parse(stdout)).toMatchObject([
    { reference: 'admin', error: 'The certificate of admin has no role.', reason: 'no_role' },
    { reference: 'proxy', state: 'good' },
  ])
})

it('does not use a key of a CA that others can read', async () => {
  const { dir, cert } = newFolder()
  await cert('init')
  chmodSync(join(dir, 'ca.key'), 0o640)
  const { code, stderr } = await cert('issue', '--role', 'proxy')
  expect(code).toBe(5)
  expect(stderr).toContain('can be read by other users')
})

it.each([
  [['issue'], 2, /--role/],
  [['issue', '--role', 'root'], 2, /Allowed choices are core, proxy, admin/],
  [['issue', '--role', 'core', '--dns', 'a b'], 2, /"a b" is no host name/],
  [['issue', '--role', 'core', '--dns', 'x, URI:urn:defguard:role:admin'], 2, /is no host name/],
  [['issue', '--role', 'core', '--ip', '10.0.0.300'], 2, /is no IP address/],
  [['issue', '--role', 'core', '--days', '0'], 2, /from 1 to 825/],
  [['issue', '--role', 'core', '--name', '../core'], 2, /may only hold letters/],
  [['issue', '--role', 'core'], 4, /ca.crt cannot be read \(ENOENT\).\n.*cert init/],
  [['show', 'nobody'], 4, /There is no certificate "nobody"/],
  [['list'], 4, /cert init/],
])('says what is wrong: cert %j', async (args, expected, sentence) => {
  const { code, stderr } = await newFolder().cert(...args)
  expect(code).toBe(expected)
  expect(stderr).toMatch(sentence)
})
