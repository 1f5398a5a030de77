import { newPublicKey } from '../../../core/tests/_core.js'
import type { Send } from '../_pair.js'
import { answersFor, type DeviceConfig } from './_answers.js'
import { CookieJar } from './_jar.js'
import { readBody } from './_json.js'

const ANSWERS = answersFor('dg')

/** The command line client: no User-Agent, no version headers, a real cookie jar, and only 200 is a success. */
export class Dg {
  /** What it wrote to its file; undefined as long as it has not enrolled. */
  file: DeviceConfig | undefined
  #jar

  constructor(
    private readonly send: Send,
    private readonly clock: () => Date,
  ) {
    this.#jar = new CookieJar(clock)
  }

  /** `dg enroll`: a fresh process each time, which knows nothing of the last. */
  async enroll(url: string, token: string): Promise<void> {
    this.#jar = new CookieJar(this.clock)
    await this.post(`${url}api/v1/enrollment/start`, { token }, ANSWERS.start)
    const device = { name: '', pubkey: newPublicKey(), token: null }
    const made = await this.post(
      `${url}api/v1/enrollment/create_device`,
      device,
      ANSWERS.deviceConfig,
    )
    if (made.configs.length !== 1) throw new Error(`dg got ${made.configs.length} configurations.`)
    if (made.device.pubkey !== device.pubkey) throw new Error('dg got another key.')
    this.file = made
  }

  /** At once after enrolling and then every 30 s; any difference reconnects the tunnel. */
  async poll(): Promise<'same' | 'changed'> {
    const file = this.file
    if (!file) throw new Error('dg has not enrolled.')
    const url = `${file.instance.proxy_url}api/v1/poll`
    const { device_config } = await this.post(url, { token: file.token }, ANSWERS.poll)
    this.file = { ...device_config, token: file.token }
    return JSON.stringify(this.file) === JSON.stringify(file) ? 'same' : 'changed'
  }

  private async post<T extends Parameters<typeof readBody>[1]>(
    url: string,
    body: object,
    schema: T,
  ) {
    const answer = await this.send(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...this.#jar.headersFor(url) },
      body: JSON.stringify(body),
    })
    if (answer.status !== 200) throw new Error(readBody(answer, ANSWERS.error).error)
    this.#jar.store(answer)
    return readBody(answer, schema)
  }
}
