import type { DeviceConfigReply } from '../../../services/enrollment-proxy/src/http/contract.js'
import { makeWireguardKeys } from '../../../services/enrollment-proxy/web/src/crypto/wireguard-keys.js'
import type { StackInfo } from '../src/stack-info.js'

/** A desktop app that was given the link: it has a session of its own. */
export class App {
  private constructor(
    private readonly api: string,
    private readonly cookie: string,
  ) {}

  /** Begins with the link's token. */
  static async open({ proxyUrl }: StackInfo, token: string): Promise<App> {
    const api = `${proxyUrl}/api/v1/enrollment`
    const answer = await post(`${api}/start`, { token })
    return new App(api, answer.headers.getSetCookie()[0]?.split(';')[0] ?? '')
  }

  /** Also says what the app alone knows. */
  async addDevice(name: string) {
    const keys = makeWireguardKeys()
    const body = { name, pubkey: keys.publicKey }
    const answer = await post(`${this.api}/create_device`, body, this.cookie)
    const { configs } = (await answer.json()) as DeviceConfigReply
    return { keys, configs }
  }

  async activate(password: string): Promise<void> {
    await post(`${this.api}/activate_user`, { password }, this.cookie)
  }
}

async function post(url: string, body: object, cookie?: string): Promise<Response> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(cookie && { Cookie: cookie }) },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`)
  return answer
}
