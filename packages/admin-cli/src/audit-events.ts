import { type AuditEvent, AuditResult } from '@defguard/proto/admin/v1/audit'
import type { Cell } from './table.js'
import { toLocalTime } from './timestamps.js'
import { wordOf } from './words.js'

export function toAuditJson(event: AuditEvent) {
  return {
    id: event.id,
    at: new Date(event.timestamp_micros / 1000).toISOString(),
    actor_kind: event.actor_kind,
    actor_id: event.actor_id ?? null,
    actor_name: event.actor_name ?? null,
    action: event.action,
    object_kind: event.object_kind ?? null,
    object_id: event.object_id ?? null,
    object_name: event.object_name ?? null,
    result: wordOf(AuditResult, event.result),
    reason: event.reason ?? null,
    ip: event.ip ?? null,
    user_agent: event.user_agent ?? null,
    request_id: event.request_id ?? null,
    details: event.details_json === '' ? null : JSON.parse(event.details_json),
  }
}

export const AUDIT_ROWS: Readonly<Record<string, (event: AuditEvent) => Cell>> = {
  AT: (event) => toLocalTime(Math.floor(event.timestamp_micros / 1_000_000)),
  WHO: (event) => event.actor_name ?? event.actor_kind,
  ACTION: (event) => event.action,
  WHAT: ({ object_kind: kind, object_id: id, object_name: name }) =>
    kind && [kind, name ?? id].filter((part) => part !== undefined).join(' '),
  RESULT: ({ result, reason }) => [wordOf(AuditResult, result), reason].filter(Boolean).join(': '),
  FROM: (event) => event.ip,
  DETAILS: (event) => event.details_json,
}
