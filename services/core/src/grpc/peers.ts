import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { ServerInterceptingCallInterface } from '@grpc/grpc-js'

/** Where a connection begins and ends, which is not the same for any two that are open. */
type Ends = Pick<ConnectionInfo, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>
type ConnectionInfo = ReturnType<ServerInterceptingCallInterface['getConnectionInfo']>

/** The other end of an open connection. */
export interface Peer {
  /** Checked by the handshake; undefined where none was demanded and none shown. */
  readonly certificate: X509Certificate | undefined
}

/** Who is connected. grpc-js would read the certificate anew for every call, for most of its price. */
export class Peers {
  readonly #peers = new Map<string, Peer>()

  add(socket: TLSSocket): void {
    const key = keyOf(socket)
    if (key === undefined) return // gone already
    const peer = { certificate: socket.getPeerX509Certificate() }
    this.#peers.set(key, peer)
    socket.once('close', () => {
      if (this.#peers.get(key) === peer) this.#peers.delete(key)
    })
  }

  find(ends: Ends): Peer | undefined {
    const key = keyOf(ends)
    return key === undefined ? undefined : this.#peers.get(key)
  }
}

function keyOf({ localAddress, localPort, remoteAddress, remotePort }: Ends): string | undefined {
  if (!remoteAddress || !remotePort || !localAddress || !localPort) return undefined
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
}
