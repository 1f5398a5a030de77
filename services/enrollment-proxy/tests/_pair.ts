import type { CoreConfig } from '../../core/src/config.js'
import { startTestCore } from '../../core/tests/_core.js'
import { query } from '../../core/tests/_database.js'
import { type Answer, type Ask, type Changes, startTestProxy, type TestProxy } from './_proxy.js'

/** What the public URL of a pair is when a test does not say otherwise: core's own configuration. */
export const PUBLIC_URL = 'https://enroll.example.com/'

export const PASSWORD = 'correct horse battery'

/** A request to an absolute URL, as a client far away sends it. */
export type Send = (url: string, ask?: Ask) => Promise<Answer>

/** The real pair: core on a database of its own, and a proxy in front of it. */
export async function startPair(changes: Changes = {}, ofCore: Partial<CoreConfig> = {}) {
  const core = await startTestCore(ofCore)
  const settings = { publicUrl: PUBLIC_URL, ...changes }
  let proxy = await startTestProxy(core.core.port, settings)
  const replicas: TestProxy[] = []

  const pair = {
    core,
    get proxy() {
      return proxy
    },
    /** Another proxy in front of the same core; goes with the pair. */
    async replica(more: Changes = {}): Promise<TestProxy> {
      const replica = await startTestProxy(core.core.port, { ...settings, ...more })
      replicas.push(replica)
      return replica
    },
    /** Core and the proxy go, others come. */
    async restart() {
      await core.restart()
      await proxy.stop()
      proxy = await startTestProxy(core.core.port, settings)
    },
    /** Leads only where the public URL says: a client that builds a wrong address gets nowhere. */
    async send(url: string, ask: Ask = {}) {
      const { origin, pathname, search } = new URL(url)
      if (`${origin}/` !== settings.publicUrl) throw new Error(`Nobody is at ${url}.`)
      return proxy.ask(pathname + search, ask)
    },
    async invite(username: string, groups: string[] = []): Promise<string> {
      await core.createUser(username, { groups })
      return (await core.invite(username)).token
    },
    /** What an admin sends to somebody who has a password already, so that they add a device. */
    async desktopInvitation(username: string) {
      const { invitation } = await core.clients.enrollments.issueDesktopActivation({
        username,
        options: { send_email: false, email: undefined, expires_in_seconds: 0 },
      })
      if (!invitation) throw new Error('no invitation came back')
      return invitation
    },
    /** The token of an unattended device that an admin has prepared. */
    async prepareDevice(name: string, location: string): Promise<string> {
      const { invitation } = await core.clients.devices.createNetworkDevice({
        request_id: '',
        name,
        location,
        addresses: [],
        owner: '',
        pubkey: undefined,
        expires_in_seconds: 0,
      })
      if (!invitation) throw new Error('no invitation came back')
      return invitation.token
    },
    /** The token of the link to a new password that was mailed to this person. */
    async mailedResetToken(username: string): Promise<string> {
      const { text } = await core.mail(
        `${username}@example.com`,
        `${PUBLIC_URL}password-reset#token=`,
      )
      return /#token=(dgr_\w+)/.exec(text)?.[1] ?? ''
    },
    start: (token: string, headers: Ask['headers'] = {}) =>
      proxy.post('/enrollment/start', { token }, headers),
    /** A call of the session that this `Cookie` header holds. */
    call: (cookie: string, path: string, body: object) =>
      proxy.post(`/enrollment/${path}`, body, { Cookie: cookie }),
    /** The cookie of a fresh person who has clicked Begin. */
    async session(username: string, groups: string[] = []): Promise<string> {
      return pairOf(await pair.start(await pair.invite(username, groups)))
    },
    query: (sql: string, values: unknown[] = []) => query(core.databaseUrl, sql, values),
    disable: core.disable,
    enable: core.enable,
    async stop() {
      await Promise.all([proxy, ...replicas].map((each) => each.stop()))
      await core.stop()
    },
  }
  return pair
}

export type Pair = Awaited<ReturnType<typeof startPair>>

export const setCookieOf = ({ headers }: Answer): string => headers['set-cookie']?.[0] ?? ''

/** The bare `name=value` of the cookie that an answer sets. */
export const pairOf = (answer: Answer): string => setCookieOf(answer).split(';')[0] ?? ''
