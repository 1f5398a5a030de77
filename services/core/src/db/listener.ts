import pg from 'pg'

const RECONNECT_MS = 1_000
const CONNECT_TIMEOUT_MS = 4_000

/**
 * Hears notifications of one channel on a connection of its own, and opens a new one when that
 * breaks. Notifications are hints: whoever listens must also look by itself from time to time.
 */
export class Listener {
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly onNotify: () => void,
  ) {}

  start(): void {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'defguard-core listener',
    })
    this.#client = client
    client.on('notification', () => this.onNotify())
    client.on('error', () => client.end().catch(() => {}))
    client.on('end', () => this.#again(client))
    client
      .connect()
      .then(() => client.query(`listen ${client.escapeIdentifier(this.channel)}`))
      // What was queued while nobody listened.
      .then(() => this.onNotify())
      .catch(() => {
        this.#again(client)
        return client.end()
      })
      .catch(() => {})
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#client?.end().catch(() => {})
  }

  #again(client: pg.Client): void {
    if (this.#isStopped || this.#client !== client) return
    this.#client = undefined
    this.#timer = setTimeout(() => this.start(), RECONNECT_MS)
  }
}
