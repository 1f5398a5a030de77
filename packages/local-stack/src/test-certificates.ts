import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CertificateFolder } from '@defguard/admin-cli/certificates/folder'
import type { Role } from '@defguard/runtime/certificate-role'
import type { TlsFiles } from '@defguard/runtime/tls-files'
import { type ChannelCredentials, credentials } from '@grpc/grpc-js'

const DAY_MS = 24 * 3_600_000

const LOOPBACK = [
  { type: 'DNS', value: 'localhost' },
  { type: 'IP Address', value: '127.0.0.1' },
]

interface ClientOptions {
  readonly lifetimeMs?: number
  /** When the certificate begins; by default yesterday. */
  readonly from?: Date
  /** Of the CA that core's certificate must come from; by default this one. */
  readonly ca?: string
}

/** A private CA of a test, with certificates that are good since yesterday. */
export class TestCertificates {
  #count = 0

  private constructor(
    readonly folder: CertificateFolder,
    private readonly from: Date,
  ) {}

  static async create(now = new Date()): Promise<TestCertificates> {
    const folder = new CertificateFolder(join(await mkdtemp(join(tmpdir(), 'certificates-')), 'ca'))
    const from = new Date(now.getTime() - DAY_MS)
    await folder.init('Test CA', from)
    return new TestCertificates(folder, from)
  }

  /** The paths of a new pair. */
  async issue(role: Role, lifetimeMs = 30 * DAY_MS, from = this.from) {
    const name = `${role}-${++this.#count}`
    await this.folder.issue(name, { role, names: LOOPBACK, lifetimeMs }, from)
    return this.folder.pathsOf(name)
  }

  /** The same as a service is told of it, by variables that begin with this. */
  async filesFor(role: Role, prefix: string, lifetimeMs?: number): Promise<TlsFiles> {
    const { cert, key, ca } = await this.issue(role, lifetimeMs)
    const file = (part: string, path: string) => ({ variable: `${prefix}_${part}`, path })
    return { role, cert: file('CERT', cert), key: file('KEY', key), ca: file('CA', ca) }
  }

  /** For a client that shows a certificate of this role. */
  async credentials(role: Role, options: ClientOptions = {}): Promise<ChannelCredentials> {
    const { cert, key, ca } = await this.issue(role, options.lifetimeMs, options.from)
    const trusted = await readFile(options.ca ?? ca)
    return credentials.createSsl(trusted, await readFile(key), await readFile(cert))
  }

  /** For a client that trusts core and shows no certificate. */
  async bare(): Promise<ChannelCredentials> {
    return credentials.createSsl(await readFile(join(this.folder.path, 'ca.crt')))
  }

  remove(): Promise<void> {
    return rm(join(this.folder.path, '..'), { recursive: true, force: true })
  }
}
