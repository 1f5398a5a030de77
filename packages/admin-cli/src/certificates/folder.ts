import { randomUUID, X509Certificate } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { roleOf } from '@defguard/runtime/certificate-role'
import { issuerOf, isWithinDates } from '@defguard/runtime/tls-files'
import { CliError, usageError } from '../cli-error.js'
import { EXIT } from '../exit-codes.js'
import {
  BACKDATED_MS,
  createAuthority,
  issueCertificate,
  type LeafOptions,
  type Pair,
} from './authority.js'
import { hostsOf } from './hosts.js'

/** What one holder needs, wherever it runs. */
export interface HolderPaths {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

/** A certificate in the folder. */
export interface Issued {
  readonly name: string
  readonly certificate: X509Certificate
  readonly isOfThisCa: boolean
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i

/**
 * A private CA, `ca.crt` and `ca.key`, and beside it a folder for each holder with all that it needs:
 * `tls.crt`, `tls.key` and `ca.crt`. Only its owner can look into it.
 */
export class CertificateFolder {
  readonly path: string

  constructor(path: string) {
    this.path = resolve(path)
  }

  /** Makes the CA. @throws CliError `exists` if anything is there already */
  async init(name: string, now: Date): Promise<X509Certificate> {
    const { cert, key } = await createAuthority(name, now)
    await mkdir(dirname(this.path), { recursive: true })
    await this.place(this.path, { 'ca.crt': cert, 'ca.key': key })
    return new X509Certificate(cert)
  }

  /** Makes a key and a certificate for a holder. @throws CliError `exists` if it has one */
  async issue(name: string, options: Omit<LeafOptions, 'name'>, now: Date): Promise<Issued> {
    const folder = this.folderOf(name)
    const authority = await this.authority(now)
    const pair = await issueCertificate(authority, { ...options, name }, now)
    const files = { 'tls.crt': pair.cert, 'tls.key': pair.key, 'ca.crt': authority.cert }
    await this.place(folder, files)
    return { name, certificate: new X509Certificate(pair.cert), isOfThisCa: true }
  }

  /** Replaces key and certificate by new ones for the same role, names and time. */
  async renew(name: string, now: Date, lifetimeMs?: number): Promise<Issued> {
    const { certificate: old } = await this.get(name)
    const role = roleOf(old)
    if (!role)
      throw new CliError(EXIT.refused, 'no_role', `The certificate of ${name} has no role.`)
    const usual = old.validToDate.getTime() - old.validFromDate.getTime() - BACKDATED_MS
    const options = { role, name, names: hostsOf(old), lifetimeMs: lifetimeMs ?? usual }
    const pair = await issueCertificate(await this.authority(now), options, now)
    const { cert, key } = this.pathsOf(name)
    await replace(key, pair.key)
    await replace(cert, pair.cert) // who reads between the two waits for the second
    return { name, certificate: new X509Certificate(pair.cert), isOfThisCa: true }
  }

  async list(): Promise<Issued[]> {
    const entries = await readdir(this.path, { withFileTypes: true }).catch((err) => {
      throw this.unreadable(this.path, err)
    })
    const names = entries
      .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
      .map((entry) => entry.name)
    const found = await Promise.all(names.sort().map((name) => this.find(name)))
    return found.filter((issued) => issued !== undefined)
  }

  /** @throws CliError `not_found` */
  async get(name: string): Promise<Issued> {
    const issued = await this.find(name)
    if (issued) return issued
    throw new CliError(
      EXIT.notFound,
      'not_found',
      `There is no certificate "${name}" in ${this.path}.`,
    )
  }

  pathsOf(name: string): HolderPaths {
    const folder = this.folderOf(name)
    return {
      cert: join(folder, 'tls.crt'),
      key: join(folder, 'tls.key'),
      ca: join(folder, 'ca.crt'),
    }
  }

  private folderOf(name: string): string {
    if (!NAME.test(name))
      throw usageError(
        `--name "${name}" may only hold letters, digits and . _ -, the first a letter or digit.`,
      )
    return join(this.path, name)
  }

  private async find(name: string): Promise<Issued | undefined> {
    const { cert } = this.pathsOf(name)
    const pem = await readFile(cert).catch((err: NodeJS.ErrnoException) => {
      if (err.code === 'ENOENT') return undefined
      throw this.unreadable(cert, err)
    })
    if (!pem) return undefined
    const certificate = this.parse(cert, pem)
    const authority = this.parse('ca.crt', await this.read('ca.crt'))
    return { name, certificate, isOfThisCa: issuerOf(certificate, [authority]) !== undefined }
  }

  /** The CA with its key. @throws CliError if others can read the key, or its time is over */
  private async authority(now: Date): Promise<Pair> {
    const [cert, key] = [await this.read('ca.crt'), await this.read('ca.key')]
    const path = join(this.path, 'ca.key')
    const { mode } = await stat(path)
    if ((mode & 0o077) !== 0 && process.platform !== 'win32')
      throw new CliError(
        EXIT.refused,
        'key_readable',
        `${path} can be read by other users, so it is not used.`,
        { hint: `Make a new CA if somebody may have seen it; else: chmod 600 ${path}` },
      )
    if (!isWithinDates(this.parse('ca.crt', cert), now))
      throw new CliError(EXIT.refused, 'ca_expired', `The CA in ${this.path} is not valid now.`)
    return { cert: cert.toString(), key: key.toString() }
  }

  private read(file: string): Promise<Buffer> {
    const path = join(this.path, file)
    return readFile(path).catch((err) => {
      throw this.unreadable(path, err)
    })
  }

  private parse(path: string, pem: Buffer): X509Certificate {
    try {
      return new X509Certificate(pem)
    } catch {
      throw new CliError(EXIT.refused, 'damaged', `${path} holds no certificate.`)
    }
  }

  private unreadable(path: string, { code }: NodeJS.ErrnoException): CliError {
    const isMissing = code === 'ENOENT'
    return new CliError(
      isMissing ? EXIT.notFound : EXIT.refused,
      isMissing ? 'not_found' : 'unreadable',
      `${path} cannot be read (${code}).`,
      {
        hint: isMissing
          ? 'Make a CA with `defguard-admin cert init`, or name its --dir.'
          : undefined,
      },
    )
  }

  /** A folder with these files, there as a whole or not at all. */
  private async place(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
    const draft = join(dirname(folder), `.${basename(folder)}.${randomUUID()}`)
    await mkdir(draft, { mode: 0o700 })
    try {
      for (const [name, text] of Object.entries(files)) await write(join(draft, name), text)
      await rename(draft, folder)
    } catch (err) {
      await rm(draft, { recursive: true, force: true })
      const { code } = err as NodeJS.ErrnoException
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw err
      throw new CliError(EXIT.refused, 'exists', `${folder} exists already; nothing was changed.`)
    }
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`
  await write(draft, text)
  await rename(draft, path)
}

function write(path: string, text: string): Promise<void> {
  return writeFile(path, text, { mode: 0o600, flag: 'wx', flush: true })
}
