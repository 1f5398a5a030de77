import fc from 'fast-check'
import { oddPost, oddTarget } from '../../../services/enrollment-proxy/tests/_fuzz.ts'
import type { HttpCall } from './fuzzer.ts'
import type { GrpcRequest } from './grpc.ts'
import { sendable } from './http.ts'
import type { Method } from './methods.ts'
import {
  anyCredential,
  oddMetadata,
  oddText,
  spoilt,
  withOddField,
  withOddJson,
} from './oddities.ts'
import type { RouteAttempt } from './plan.ts'
import type { World } from './world.ts'

const SOON_MS = 20

/** A call that somebody hostile or broken might make; core may take it or refuse it, but no more. */
export function oddGrpc(
  method: Method,
  usual: GrpcRequest,
  { rng, secrets }: World,
): GrpcRequest & { readonly isSpoilt?: boolean } {
  const { messages, metadata } = usual
  const rude = { ...usual, isRude: true }
  const at = rng.int(messages.length)
  const replaced = (change: (message: unknown) => unknown) =>
    messages.map((message, i) => (i === at ? change(message) : message))
  switch (rng.int(6)) {
    case 0: {
      const spoil = (message: unknown) => spoilt(method.requestSerialize(message), rng)
      return { ...rude, messages: replaced(spoil), isSpoilt: true }
    }
    case 1:
      return { ...rude, metadata: { ...metadata, ...oddMetadata(rng) } }
    case 2:
      return { ...rude, cancelAfterMs: rng.int(SOON_MS) }
    default:
      return { ...rude, messages: replaced((message) => withOddField(message, rng, secrets)) }
  }
}

/** The same for the proxy. */
export function oddHttp(usual: HttpCall, attempt: RouteAttempt, { rng, secrets }: World): HttpCall {
  const { body = {}, session } = attempt
  const cookies = session ? [usual.headers.Cookie ?? ''] : []
  const sample = (odd: fc.Arbitrary<HttpCall & { headers: Record<string, string> }>): HttpCall => {
    const [request] = fc.sample(odd, { numRuns: 1, seed: rng.int(2 ** 31) })
    return { ...(request as HttpCall), headers: sendable(request?.headers ?? {}) }
  }
  switch (rng.int(8)) {
    case 0:
      return sample(oddTarget([usual.path]))
    case 1: {
      const secret = encodeURIComponent(anyCredential(rng, secrets))
      return { ...usual, path: `${usual.path}?token=${secret}` }
    }
    case 2: {
      const name = rng.pick(['defguard_proxy', 'defguard_proxy_password_reset'])
      const Cookie = `${name}=${rng.chance(0.7) ? anyCredential(rng, secrets) : oddText(rng)}`
      return { ...usual, headers: sendable({ ...usual.headers, Cookie }) }
    }
    case 3:
      return { ...usual, cutAfterBytes: rng.int((usual.body?.length ?? 0) + 1) }
    case 4:
      if (usual.method === 'POST') return sample(oddPost(usual.path, Object.keys(body), cookies))
      return sample(oddTarget([usual.path]))
    case 5:
      if (usual.body) return { ...usual, body: spoilt(usual.body, rng) }
      return sample(oddTarget([usual.path]))
    default: {
      if (!usual.body) return sample(oddTarget([usual.path]))
      return { ...usual, body: Buffer.from(JSON.stringify(withOddJson(body, rng, secrets))) }
    }
  }
}
