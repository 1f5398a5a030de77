import pg from 'pg'

const RECONNECT_MS = 1_000
const CONNECT_TIMEOUT_MS = 4_000
const CHECK_MS = 10_000
const ANSWER_TIMEOUT_MS = 4_000

/**
 * Hears notifications on a connection of its own, and opens a new one when that breaks or when nobody
 * answers on it any more. Notifications are hints: whoever listens must also look by itself from time
 * to time.
 */
export class Listener {
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #check: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(
    private readonly url: string,
    /** What to do when a channel is notified. */
    private readonly channels: Readonly<Record<string, () => void>>,
  ) {}

  start(): void {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      application_name: 'defguard-core listener',
    })
    this.#client = client
    client.on('notification', ({ channel }) => this.channels[channel]?.())
    client.on('error', () => client.end().catch(() => {}))
    client.on('end', () => this.#again(client))
    client
      .connect()
      .then(() => client.query(this.#listen(client)))
      // What was queued while nobody listened.
      .then(() => Object.values(this.channels).forEach((wake) => void wake()))
      .then(() => {
        if (this.#client !== client || this.#isStopped) return
        // A network that has forgotten the connection is as silent as a database without news.
        this.#check = setInterval(() => {
          client.query('select').catch(() => client.end().catch(() => {}))
        }, CHECK_MS)
      })
      .catch(() => {
        this.#again(client)
        return client.end()
      })
      .catch(() => {})
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    clearInterval(this.#check)
    await this.#client?.end().catch(() => {})
  }

  #listen(client: pg.Client): string {
    const names = Object.keys(this.channels)
    return names.map((name) => `listen ${client.escapeIdentifier(name)}`).join('; ')
  }

  #again(client: pg.Client): void {
    if (this.#isStopped || this.#client !== client) return
    this.#client = undefined
    clearInterval(this.#check)
    this.#timer = setTimeout(() => this.start(), RECONNECT_MS)
  }
}
