import { Violations } from '@defguard/proto/admin/v1/common'
import { Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { DomainError } from '../domain/errors.js'
import { refusalOf } from './status.js'

export type Reply = Pick<ServiceError, 'code' | 'details' | 'metadata'>

/** Whether an error means that the database is away, as opposed to a fault of ours. */
export type IsOutage = (err: unknown) => boolean

/**
 * What a caller is told of an error. A refusal carries its text and, in the trailers, its reason and
 * the fields it is about; everything else says nothing of itself.
 */
export function toReply(err: unknown, isOutage: IsOutage): Reply {
  if (err instanceof DomainError) return toRefusal(err)
  const code = isOutage(err) ? status.UNAVAILABLE : status.INTERNAL
  const details = code === status.UNAVAILABLE ? 'temporarily unavailable' : 'internal error'
  return { code, details, metadata: new Metadata() }
}

function toRefusal(err: DomainError): Reply {
  const { code, text, publicReason } = refusalOf(err.reason)
  const metadata = new Metadata()
  metadata.set('error-reason', publicReason ?? err.reason)
  const [first] = err.violations
  if (first) {
    metadata.set('error-field', first.field)
    const encoded = Violations.encode({ violations: [...err.violations] }).finish()
    metadata.set('error-violations-bin', Buffer.from(encoded))
  }
  if (err.retryAfterS !== undefined) metadata.set('retry-after', String(err.retryAfterS))
  return { code, details: text ?? err.message, metadata }
}
