import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'

/** Stands between core and PostgreSQL and counts what core wants executed, BEGIN and COMMIT included. */
export class StatementCounter {
  count = 0
  readonly #url: string
  readonly #server: Server

  /** @param url of the database, reached by TCP without TLS */
  constructor(url: string) {
    this.#url = url
    const { hostname: host, port } = new URL(url)
    this.#server = createServer((client) => {
      const server = connect({ host, port: Number(port), noDelay: true })
      client.setNoDelay(true).on('data', this.#countIn())
      client.pipe(server).pipe(client)
      for (const socket of [client, server]) socket.on('error', () => socket.destroy())
    })
  }

  /** Resolves to the URL to give to core. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const url = new URL(this.#url)
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return url.href
  }

  close(): void {
    this.#server.close()
  }

  /** The frontend's messages: a start-up without a type, then type, length and content each. */
  #countIn(): (chunk: Buffer) => void {
    let rest = Buffer.alloc(0)
    let typeBytes = 0
    return (chunk) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= typeBytes + 4) {
        const end = typeBytes + rest.readUInt32BE(typeBytes)
        if (rest.length < end) return
        const type = typeBytes === 1 ? String.fromCharCode(rest[0] ?? 0) : ''
        if (type === 'E' || type === 'Q') this.count++ // Execute, simple Query
        rest = rest.subarray(end)
        typeBytes = 1
      }
    }
  }
}
