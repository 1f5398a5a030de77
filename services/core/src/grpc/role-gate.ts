import type { X509Certificate } from 'node:crypto'
import type { BoundedLog } from '@defguard/runtime/bounded-log'
import { type Role, roleOf } from '@defguard/runtime/certificate-role'
import { issuerOf, isWithinDates, type TlsMaterial } from '@defguard/runtime/tls-files'
import {
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js'
import type { Clock } from '../domain/clock.js'
import { callersOf } from './callers.js'
import type { Peer, Peers } from './peers.js'

/** Whether admin methods may be called without a certificate; with one, its role counts anyway. */
export type AdminCertificate = 'required' | 'optional'

/** A certificate that a connection was opened with. */
interface Holder {
  readonly certificate: X509Certificate
  readonly role: Role | undefined
  /** Undefined when it is none of these. */
  readonly issuer: X509Certificate | undefined
  readonly authorities: TlsMaterial['authorities']
}

/** What callers are told, and nothing more; the reason is for the log. */
const REFUSALS = {
  no_certificate: [status.UNAUTHENTICATED, 'a client certificate is required'],
  unknown_ca: [status.UNAUTHENTICATED, 'the client certificate is not valid'],
  out_of_date: [status.UNAUTHENTICATED, 'the client certificate is not valid'],
  wrong_role: [status.PERMISSION_DENIED, 'the client certificate is not for this call'],
} as const

type Refusal = keyof typeof REFUSALS

/**
 * Lets a call pass only if the certificate of its connection is good now and has a role that may
 * make it. A connection outlives its handshake by days, so each call is looked at.
 */
export class RoleGate {
  readonly #holders = new WeakMap<X509Certificate, Holder>()

  constructor(
    private readonly tls: { readonly material: TlsMaterial },
    private readonly peers: Peers,
    private readonly adminCertificate: AdminCertificate,
    private readonly clock: Clock,
    private readonly refusals: BoundedLog,
  ) {}

  /** Stands before all that a call reaches: its handler never hears of a refused one. */
  readonly interceptor: ServerInterceptor = ({ path, responseStream }, call) => {
    const peer = this.peers.find(call.getConnectionInfo())
    if (this.#refuses(path, peer, call)) {
      return new ServerInterceptingCall(call, { start: (next) => next({ onReceiveMetadata() {} }) })
    }
    if (!responseStream) return new ServerInterceptingCall(call)
    return new ServerInterceptingCall(call, {
      // A stream may go on for longer than its certificate is good.
      sendMessage: (message, next) => {
        if (!this.#refuses(path, peer, call)) next(message)
      },
    })
  }

  /** Whether it has ended the call. */
  #refuses(path: string, peer: Peer | undefined, call: ServerInterceptingCallInterface): boolean {
    const holder = peer?.certificate && this.#holderOf(peer.certificate)
    const refusal = peer ? this.#judge(path, holder) : 'no_certificate'
    if (!refusal) return false
    this.refusals.warn({ reason: refusal, role: holder?.role, rpc: path, peer: call.getPeer() })
    const [code, details] = REFUSALS[refusal]
    call.sendStatus({ code, details })
    return true
  }

  #judge(path: string, holder: Holder | undefined): Refusal | undefined {
    const callers = callersOf(path) ?? []
    if (!holder) {
      const isOptional = this.adminCertificate === 'optional'
      return isOptional && callers !== 'any' && callers.includes('admin')
        ? undefined
        : 'no_certificate'
    }
    const { certificate, issuer, role } = holder
    if (!issuer) return 'unknown_ca'
    const now = this.clock()
    if (!isWithinDates(certificate, now) || !isWithinDates(issuer, now)) return 'out_of_date'
    if (callers === 'any' || (role && callers.includes(role))) return undefined
    return 'wrong_role'
  }

  #holderOf(certificate: X509Certificate): Holder {
    const { authorities } = this.tls.material
    const known = this.#holders.get(certificate)
    if (known?.authorities === authorities) return known
    const role = roleOf(certificate)
    const holder = { certificate, role, issuer: issuerOf(certificate, authorities), authorities }
    this.#holders.set(certificate, holder)
    return holder
  }
}
