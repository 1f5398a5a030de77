import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import type { BoundedLog } from '@defguard/runtime/bounded-log'
import { Connections } from '@defguard/runtime/connections'
import { TLS_VERSION_MIN } from '@defguard/runtime/tls'
import type { TlsMaterial } from '@defguard/runtime/tls-files'
import { type Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js'
import { subscriberOf } from '../domain/subscriber.js'
import type { Peers } from './peers.js'
import type { AdminCertificate } from './role-gate.js'
import { CONNECTIONS } from './wire-limits.js'

/** How long a stranger may take for a handshake. */
const HANDSHAKE_MS = 10_000

/** A client without a certificate where one is required, in OpenSSL's words. */
const NO_CERTIFICATE = 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'

/**
 * TLS in front of a gRPC server, mutual but for clients that cannot have a certificate. It is a server of its own, since grpc-js says nothing of
 * refused handshakes and takes a bad certificate for none where none is needed.
 */
export class TlsListener {
  readonly #server: TlsServer

  constructor(
    grpc: GrpcServer,
    material: TlsMaterial,
    clientCertificate: AdminCertificate | 'none',
    private readonly peers: Peers,
    private readonly refusals: BoundedLog,
  ) {
    // Behind TLS the bytes are plain.
    const inner = grpc.createConnectionInjector(ServerCredentials.createInsecure())
    this.#server = createServer({
      ...contextOf(material),
      requestCert: clientCertificate !== 'none',
      rejectUnauthorized: clientCertificate === 'required',
      handshakeTimeout: HANDSHAKE_MS,
      ALPNProtocols: ['h2'],
    })
    const connections = new Connections(CONNECTIONS, (socket) => subscriberOf(socket.remoteAddress))
    this.#server.on('connection', (socket) => connections.admit(socket))
    this.#server.on('secureConnection', (socket) => {
      socket.on('error', () => socket.destroy()) // http2 leaves those of the socket to its owner
      if (!socket.authorized && hasCertificate(socket))
        return this.#refuse(socket, String(socket.authorizationError))
      this.peers.add(socket)
      inner.injectConnection(socket)
    })
    this.#server.on('tlsClientError', (err: NodeJS.ErrnoException, socket) => {
      // Set when the handshake went well and the certificate did not; a port scan is no news.
      const { authorizationError } = socket
      if (authorizationError) this.#refuse(socket, String(authorizationError))
      else if (err.code === NO_CERTIFICATE) this.#refuse(socket, 'no_certificate')
    })
  }

  /** Answers with the port, which the system chooses for 0. */
  async listen({ host, port }: { host: string; port: number }): Promise<number> {
    this.#server.listen(port, host)
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  /** From now on connections begin with these; those that are open go on. */
  use(material: TlsMaterial): void {
    this.#server.setSecureContext(contextOf(material))
  }

  /** Takes no new connections; open ones are the gRPC server's. */
  close(): void {
    this.#server.close()
  }

  #refuse(socket: TLSSocket, reason: string): void {
    this.refusals.warn({ reason, peer: `${socket.remoteAddress}:${socket.remotePort}` })
    socket.destroy()
  }
}

function contextOf({ cert, key, ca }: TlsMaterial) {
  return { cert, key, ca, minVersion: TLS_VERSION_MIN } as const
}

function hasCertificate(socket: TLSSocket): boolean {
  return socket.getPeerX509Certificate() !== undefined
}
