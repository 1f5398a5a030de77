import { newPublicKey } from '../../../core/tests/_core.js'
import type { Send } from '../_pair.js'
import type { Answer } from '../_proxy.js'
import { answersFor, type DeviceConfig, type Started } from './_answers.js'
import { readBody } from './_json.js'
import { speaksProtocol16 } from './_versions.js'

interface Version {
  readonly family: 'gui 1.4' | 'gui 1.5' | 'gui 2'
  /** Beside those of every enrollment call. */
  readonly headers: Readonly<Record<string, string>>
  readonly pollHeaders: Readonly<Record<string, string>>
}

const PLATFORM = Buffer.from('\n\u0005linux\u0012\u000464').toString('base64')
const named = (version: string) => ({
  'defguard-client-version': version,
  'defguard-client-platform': PLATFORM,
})

export const DESKTOPS = {
  '1.4': { family: 'gui 1.4', headers: {}, pollHeaders: {} },
  '1.5': { family: 'gui 1.5', headers: {}, pollHeaders: {} },
  '1.6': {
    family: 'gui 1.5',
    headers: { client_version_header: '1.6.0', client_platform_header: PLATFORM },
    pollHeaders: named('1.6.0'),
  },
  '2.0': { family: 'gui 2', headers: named('2.0.0'), pollHeaders: named('2.0.0') },
} as const satisfies Record<string, Version>

/** What the app keeps of an instance: one entry per `instance.id`. */
interface Known {
  proxyUrl: string
  pubkey: string
  token: string
  /** Instance and locations as the app compares them. */
  state: string
}

/** The desktop app with its habits (API.md §10), which differ by version. */
export class Gui {
  readonly known = new Map<string, Known>()
  /** Every failure that the person got to see. */
  readonly shown: string[] = []
  /** The page of the running enrollment. */
  page: Started | undefined
  readonly #answers
  #base = ''
  #cookie: string | undefined
  #added: { pubkey: string; config: DeviceConfig } | undefined

  constructor(
    private readonly version: Version,
    private readonly send: Send,
  ) {
    this.#answers = answersFor(version.family)
  }

  /** Opened by the browser: the cookie header is whatever stands in the variable. */
  async openLink(link: string): Promise<void> {
    const { searchParams } = new URL(link)
    const cookie = { Cookie: String(this.#cookie) }
    await this.start(searchParams.get('url') ?? '', searchParams.get('token') ?? '', cookie)
    if (this.page) this.#base = `${this.page.instance.proxy_url}api/v1`
  }

  /** URL and token typed by hand. */
  async typeIn(url: string, token: string): Promise<void> {
    await this.start(url, token, this.#cookie === undefined ? {} : { Cookie: this.#cookie })
  }

  /** One click: a new key pair each time. Tells whether there is a device now. */
  async createDevice(name: string): Promise<boolean> {
    const names = this.page?.user.device_names ?? []
    if (this.version.family === 'gui 2' && names.some((taken) => isSameName(taken, name))) {
      this.shown.push('name taken')
      return false
    }
    const pubkey = newPublicKey()
    const answer = await this.enroll('create_device', { name, pubkey })
    if (!isSuccess(answer)) {
      // 1.5 and 1.6 leave the form open and say nothing.
      if (this.version.family !== 'gui 1.5') this.show(answer)
      return false
    }
    const config = readBody(answer, this.#answers.deviceConfig)
    this.#added = { pubkey, config }
    return true
  }

  /**
   * Sets up a second factor with the code that the person reads somewhere.
   * @returns the recovery codes that the app shows
   */
  async setUpMfa(
    method: 'Totp' | 'Email',
    readCode: (totpSecret: string) => string | Promise<string>,
  ): Promise<readonly string[]> {
    const code = await readCode(await this.beginMfa(method))
    const answer = await this.enroll('register-mfa/code/finish', { code, method })
    return readBody(answer, this.#answers.mfaFinish).recovery_codes
  }

  /** Tells whether the app goes on as if it had worked. */
  async activate(password: string, phone = ''): Promise<boolean> {
    if (this.version.family === 'gui 2') await this.openPasswordPage()
    const phoneNumber =
      phone === '' || this.version.family === 'gui 2' ? {} : { phone_number: phone }
    const body = { password: password.trim(), ...phoneNumber }
    const answer = await this.enroll('activate_user', body)
    if (this.version.family === 'gui 1.5') return true
    if (!isSuccess(answer)) {
      this.show(answer)
      return false
    }
    if (this.version.family === 'gui 2') readBody(answer, this.#answers.nothing)
    return true
  }

  /** Keeps the configuration of the device that was added. */
  save(): void {
    if (this.#added) this.keep(this.#added.pubkey, this.#added.config)
  }

  /** An instance the app knows already is brought up to date instead of entered anew. */
  async update(): Promise<'updated' | 'forgotten' | 'refused'> {
    const id = this.page?.instance.id ?? ''
    const pubkey = this.known.get(id)?.pubkey ?? ''
    const answer = await this.enroll('network_info', { pubkey })
    if (isSuccess(answer)) {
      this.keep(pubkey, readBody(answer, this.#answers.deviceConfig))
      return 'updated'
    }
    if (answer.status === 404 && this.version.family === 'gui 2') {
      this.known.delete(id)
      return 'forgotten'
    }
    this.show(answer)
    return 'refused'
  }

  /**
   * What the app does every 30 s, straight at the origin of `proxy_url`. Its person is told of each
   * change, and from 1.5 on of a server that is too old.
   */
  async poll(id = this.page?.instance.id ?? ''): Promise<'same' | 'changed' | 'failed'> {
    const known = this.known.get(id)
    if (!known) throw new Error('The app does not know this instance.')
    const answer = await this.send(new URL('/api/v1/poll', known.proxyUrl).href, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...this.version.pollHeaders },
      body: JSON.stringify({ token: known.token }),
    })
    if (!isSuccess(answer)) return 'failed'
    if (this.version.family !== 'gui 1.4' && !speaksProtocol16(answer)) this.shown.push('outdated')
    const { device_config } = readBody(answer, this.#answers.poll)
    const { state } = known
    this.keep(known.pubkey, { ...device_config, token: known.token })
    return this.known.get(id)?.state === state ? 'same' : 'changed'
  }

  /** 2.x fetches a secret there, and cannot go on without, unless the person is to choose a factor. */
  private async openPasswordPage(): Promise<void> {
    const { smtp_configured, mfa_required } = this.page?.settings ?? {}
    if (smtp_configured && mfa_required) return
    await this.beginMfa('Totp')
  }

  private async beginMfa(method: 'Totp' | 'Email'): Promise<string> {
    const answer = await this.enroll('register-mfa/code/start', { method })
    return readBody(answer, this.#answers.mfaStart).totp_secret ?? ''
  }

  private async start(url: string, token: string, cookie: Record<string, string>): Promise<void> {
    this.#base = `${url.replace(/\/$/, '')}/api/v1`
    this.page = undefined
    const answer = await this.post('/enrollment/start', { token }, cookie)
    if (!isSuccess(answer)) return this.show(answer)
    const line = answer.headers['set-cookie']?.find((text) => text.startsWith('defguard_proxy='))
    if (line === undefined) throw new Error('The app gives up: the answer has no cookie.')
    this.#cookie = line
    this.page = readBody(answer, this.#answers.start)
  }

  /** A call of the session: the line of `Set-Cookie` goes back whole, attributes and all. */
  private enroll(path: string, body: object): Promise<Answer> {
    return this.post(`/enrollment/${path}`, body, { Cookie: String(this.#cookie) })
  }

  private post(path: string, body: object, headers: Record<string, string>): Promise<Answer> {
    return this.send(this.#base + path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'Defguard',
        Origin: 'tauri://localhost',
        ...this.version.headers,
        ...headers,
      },
      body: JSON.stringify(body),
    })
  }

  private keep(pubkey: string, { device, configs, instance, token }: DeviceConfig): void {
    if (device.pubkey !== pubkey) throw new Error('That is the configuration of another key.')
    this.known.set(instance.id, {
      proxyUrl: instance.proxy_url,
      pubkey,
      token,
      state: JSON.stringify({ configs, instance }),
    })
  }

  private show(answer: Answer): void {
    const { error } = readBody(answer, this.#answers.error)
    this.shown.push(error === 'token expired' ? 'Your link is too old.' : error)
  }
}

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300

const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.trim().toLowerCase()
