import { Violations } from '@defguard/proto/admin/v1/common'
import { Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { DomainError, type Violation } from '../domain/errors.js'
import { refusalOf } from './status.js'

/**
 * A refusal may repeat what was sent, and travels in trailers, of which peers take 64 KiB and else give
 * up the connection with all its calls. So much leaves room, though a character may become twelve there.
 */
const TEXT_MAX = 2_000
const VIOLATION_MAX = 500
const VIOLATIONS_BYTES_MAX = 16 * 1024

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
    metadata.set('error-violations-bin', encodeViolations(err.violations))
  }
  if (err.retryAfterS !== undefined) metadata.set('retry-after', String(err.retryAfterS))
  return { code, details: text ?? shortened(err.message, TEXT_MAX), metadata }
}

/** The first ones, halved until there is room for them. */
function encodeViolations(all: readonly Violation[]): Buffer {
  const violations = all.map(({ field, message }) => ({
    field,
    message: shortened(message, VIOLATION_MAX),
  }))
  for (;;) {
    const encoded = Buffer.from(Violations.encode({ violations }).finish())
    if (encoded.length <= VIOLATIONS_BYTES_MAX || violations.length === 1) return encoded
    violations.length = Math.ceil(violations.length / 2)
  }
}

function shortened(text: string, max: number): string {
  const characters = [...text]
  return characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : text
}
