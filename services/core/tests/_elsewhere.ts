import { once } from 'node:events'
import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net'
import { connect } from './_clients.js'

/** Clients of a core on this machine that come from another of its addresses, such as 127.0.0.9. */
export async function clientsFrom(address: string, corePort: number) {
  const sockets = new Set<Socket>()
  const relay = createServer((inward) => {
    const outward = connectTo({ port: corePort, host: '127.0.0.1', localAddress: address })
    for (const [one, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => sockets.delete(one))
    }
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const clients = connect((relay.address() as AddressInfo).port, () => '')
  return {
    ...clients,
    async close() {
      clients.close()
      for (const socket of sockets) socket.destroy()
      relay.close()
      await once(relay, 'close')
    },
  }
}

export type Elsewhere = Awaited<ReturnType<typeof clientsFrom>>
