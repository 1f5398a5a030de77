import { createHash, type X509Certificate } from 'node:crypto'
import type { Logger } from './logger.js'
import {
  issuerOf,
  parseTls,
  readContents,
  readTlsFiles,
  type TlsFiles,
  type TlsMaterial,
} from './tls-files.js'

const LOOK_MS = 2_000
const DAY_MS = 24 * 3_600_000
/** Nobody renews a CA in an afternoon. */
const CA_NOTICE_MS = 30 * DAY_MS

/**
 * A process's certificate, key and CA, as its files have them. It looks at the contents, because
 * mounted secrets and renamed files escape what systems tell of changes. What the files hold is taken
 * when it is whole and good; until then what is in use stays in use.
 */
export class TlsWatch {
  #material: TlsMaterial
  /** A digest of the files that are in use, and of those that were last found wanting. */
  #used: string
  #wanting: { readonly digest: string; readonly isSaid: boolean } | undefined
  #warnedAt: Date | undefined
  #timer: NodeJS.Timeout | undefined
  /** Called with what is in use from now on. */
  onChange: (material: TlsMaterial) => void = () => {}

  /** @throws Error with a sentence that names the variable whose file is not good */
  constructor(
    private readonly files: TlsFiles,
    private readonly clock: () => Date,
    private readonly log: Logger,
  ) {
    this.#material = readTlsFiles(files, clock())
    this.#used = digestOf(this.#material)
  }

  get material(): TlsMaterial {
    return this.#material
  }

  start(): void {
    this.look()
    this.#timer = setInterval(() => this.look(), LOOK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  look(): void {
    const now = this.clock()
    let digest = 'unreadable'
    try {
      const contents = readContents(this.files)
      digest = digestOf(contents)
      if (digest !== this.#used) this.#use(parseTls(this.files, contents, now), digest)
      this.#wanting = undefined
    } catch (err) {
      this.#complain(digest, err)
    }
    this.#warnOfEnds(now)
  }

  #use(material: TlsMaterial, digest: string): void {
    this.#material = material
    this.#used = digest
    this.#warnedAt = undefined
    this.log.info(
      { until: material.certificate.validToDate, serial: material.certificate.serialNumber },
      `the files of ${this.files.cert.variable} have changed and are in use`,
    )
    this.onChange(material)
  }

  /** Once, and not before a second look: while files are replaced they do not fit for a moment. */
  #complain(digest: string, err: unknown): void {
    const isKnown = this.#wanting?.digest === digest
    if (isKnown && !this.#wanting?.isSaid) {
      const why = err instanceof Error ? err.message : String(err)
      this.log.error({ why }, 'changed TLS files are not used')
    }
    this.#wanting = { digest, isSaid: isKnown }
  }

  /** Once a day, when less than a quarter of the certificate's life is left. */
  #warnOfEnds(now: Date): void {
    if (this.#warnedAt && now.getTime() < this.#warnedAt.getTime() + DAY_MS) return
    const { certificate, authorities } = this.#material
    const { validFromDate, validToDate } = certificate
    const life = validToDate.getTime() - validFromDate.getTime()
    const isOld = isEndWithin(certificate, life / 4, now)
    const issuer = issuerOf(certificate, authorities)
    const isCaOld = issuer !== undefined && isEndWithin(issuer, CA_NOTICE_MS, now)
    if (isOld) this.#warnOfEnd(this.files.cert.variable, certificate, now)
    if (isCaOld) this.#warnOfEnd(this.files.ca.variable, issuer, now)
    if (isOld || isCaOld) this.#warnedAt = now
  }

  #warnOfEnd(variable: string, { validToDate }: X509Certificate, now: Date): void {
    const what = now < validToDate ? 'is about to expire' : 'has expired'
    this.log.warn({ until: validToDate }, `the certificate in ${variable} ${what}`)
  }
}

function isEndWithin({ validToDate }: X509Certificate, ms: number, now: Date): boolean {
  return validToDate.getTime() - now.getTime() < ms
}

function digestOf({ cert, key, ca }: Pick<TlsMaterial, 'cert' | 'key' | 'ca'>): string {
  const parts = [cert, key, ca].map((part) => createHash('sha256').update(part).digest('hex'))
  return parts.join()
}
