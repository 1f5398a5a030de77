import { internalsIn } from '../../../services/enrollment-proxy/tests/_internal-text.ts'
import type { Findings } from './findings.ts'
import type { Outcome } from './outcome.ts'
import type { Secrets } from './secrets.ts'

/** Of an answer, of gRPC or HTTP, that says: something is broken. */
const BROKEN = [
  'UNKNOWN',
  'INTERNAL',
  'DATA_LOSS',
  'UNAVAILABLE',
  'UNIMPLEMENTED',
  'DEADLINE_EXCEEDED',
  'TIMEOUT',
  'BROKEN',
]
/** Core lives all the time, so the proxy has no reason for any of these. */
const FAULT = /^5\d\d$/

/** Nobody is told these, admins neither. */
const NEVER = ['a stack frame', 'an exception', 'SQL', 'a constraint', 'PostgreSQL']

/** Beyond these a client has given up; with room for a busy machine. */
const POLL_MS = 6_000
const CALL_MS = 12_000

export interface Judged {
  readonly where: string
  /** As it can be shown. */
  readonly request: string
  readonly outcome: Outcome
  /** What was known when the call was made: only that can leak. */
  readonly order: number
  readonly repeats: readonly string[]
  /** Why nothing but a refusal will do. */
  readonly mustRefuse?: string | undefined
  /** Core does it for one at a time, and tells others so. */
  readonly isExclusive?: boolean
  /** The bytes were no message: grpc-js calls that INTERNAL, in words of its own. */
  readonly isSpoilt?: boolean
}

export function judge(call: Judged, secrets: Secrets, findings: Findings): void {
  const { where, request, outcome, order, repeats, mustRefuse } = call
  const { code, words, bytes, isAccepted, ms } = outcome
  const add = (what: string) => findings.add(what, where, request)
  if (mustRefuse && isAccepted) add(`accepted: ${mustRefuse}`)
  const isUnreadable = call.isSpoilt && /^Error deserializing request/.test(words)
  const isBusy = call.isExclusive && outcome.reason === 'busy'
  if ((BROKEN.includes(code) || FAULT.test(code)) && !isUnreadable && !isBusy)
    add(`${code} ${words}`)
  const patienceMs = where.endsWith('/poll') ? POLL_MS : CALL_MS
  if (ms > patienceMs && code !== 'CUT') add(`answered after more than ${patienceMs} ms`)
  for (const { what } of secrets.find(bytes, order)) {
    if (!repeats.some((kind) => what.startsWith(kind))) add(`the answer holds a ${what}`)
  }
  if (isUnreadable || isAccepted) return
  // Core's words to admins may hold what they sent, in quotes; the proxy's hold nothing of anybody.
  const told = where.includes('/api/')
    ? internalsIn(words)
    : internalsIn(words.replace(/"[^"]*"/g, '')).filter((what) => NEVER.includes(what))
  for (const what of told) add(`the answer tells ${what}: ${words}`)
}
