import { newPublicKey } from '../../../core/tests/_core.js'
import type { Send } from '../_pair.js'
import type { Ask } from '../_proxy.js'
import { answersFor, type DeviceConfig } from './_answers.js'
import { CookieJar } from './_jar.js'
import { readBody } from './_json.js'
import { speaksProtocol16 } from './_versions.js'

const ANSWERS = answersFor('mobile')

/** The mobile app: a cookie jar, `null` for what it leaves out, and no poll without both versions. */
export class Mobile {
  /** What it keeps of its instance. */
  kept: DeviceConfig | undefined
  /** The names of the person's devices, as the last start said. */
  deviceNames: readonly string[] = []
  readonly #jar: CookieJar
  #base = ''

  constructor(
    private readonly send: Send,
    clock: () => Date,
  ) {
    this.#jar = new CookieJar(clock)
  }

  /** Reads the QR code of the wizard. */
  async scan(qr: string): Promise<void> {
    const { url, token } = JSON.parse(Buffer.from(qr, 'base64').toString('utf8'))
    this.#base = `${url}api/v1`
    const started = await this.post('/enrollment/start', { token }, ANSWERS.start)
    this.deviceNames = started.user.device_names
  }

  async createDevice(name: string): Promise<void> {
    const body = { name, pubkey: newPublicKey(), token: null }
    this.kept = await this.post('/enrollment/create_device', body, ANSWERS.deviceConfig)
  }

  /** Keeps a key of the phone's hardware with the device, for later logins. */
  async registerAuth(): Promise<void> {
    const body = {
      auth_pub_key: newPublicKey(),
      device_pub_key: this.kept?.device.pubkey,
      token: null,
    }
    await this.post('/enrollment/register_mobile', body, ANSWERS.nothing)
  }

  async update(): Promise<void> {
    const body = { pubkey: this.kept?.device.pubkey, token: null }
    this.kept = await this.post('/enrollment/network_info', body, ANSWERS.deviceConfig)
  }

  async poll(): Promise<'same' | 'changed' | 'dropped'> {
    const kept = this.kept
    if (!kept) throw new Error('The phone has no device.')
    const answer = await this.ask('/poll', { token: kept.token })
    if (answer.status !== 200) throw new Error(readBody(answer, ANSWERS.error).error)
    if (!speaksProtocol16(answer)) return 'dropped'
    const { device_config } = readBody(answer, ANSWERS.poll)
    this.kept = { ...device_config, token: kept.token }
    return JSON.stringify(this.kept) === JSON.stringify(kept) ? 'same' : 'changed'
  }

  private async post<T extends Parameters<typeof readBody>[1]>(
    path: string,
    body: object,
    schema: T,
  ) {
    const answer = await this.ask(path, body)
    if (answer.status !== 200) throw new Error(readBody(answer, ANSWERS.error).error)
    this.#jar.store(answer)
    return readBody(answer, schema)
  }

  private ask(path: string, body: object) {
    const url = this.#base + path
    const ask: Ask = {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'User-Agent': 'Dart/3.9 (dart:io)',
        'defguard-client-version': '1.6.0',
        'defguard-client-platform': Buffer.from('\n\u0003ios').toString('base64'),
        ...this.#jar.headersFor(url),
      },
      body: JSON.stringify(body),
    }
    return this.send(url, ask)
  }
}
