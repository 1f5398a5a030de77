import {
  AuditDamage,
  AuditResult,
  type AuditServiceServer,
  type AuditEvent as EventMessage,
  type AuditVerdict as VerdictMessage,
} from '@defguard/proto/admin/v1/audit'
import type { DamageKind } from '../app/audit-damage.js'
import type { AuditEntry, AuditLog } from '../app/audit-log.js'
import type { AuditVerdict, AuditVerification } from '../app/audit-verification.js'
import type { AdminCalls } from './admin-calls.js'
import { toPageRequest } from './page-messages.js'
import { fromUnixSeconds } from './timestamps.js'
import { keyOf } from './wire-enums.js'

const RESULTS: Readonly<Record<AuditEntry['result'], AuditResult>> = {
  ok: AuditResult.OK,
  refused: AuditResult.REFUSED,
  failed: AuditResult.FAILED,
}

const DAMAGES: Readonly<Record<DamageKind, AuditDamage>> = {
  edited: AuditDamage.EDITED,
  removed: AuditDamage.REMOVED,
  inserted: AuditDamage.INSERTED,
  reordered: AuditDamage.REORDERED,
  cut_off: AuditDamage.CUT_OFF,
  forged: AuditDamage.FORGED,
}

export interface AuditUseCases {
  readonly auditLog: AuditLog
  readonly auditVerification: AuditVerification
}

export function auditHandlers(
  calls: AdminCalls,
  { auditLog, auditVerification }: AuditUseCases,
): AuditServiceServer {
  return {
    listAuditEvents: calls.admin(
      'read',
      async ({ page, username, action, result, ip, ...time }) => {
        const since = fromUnixSeconds(time.since_timestamp)
        const until = fromUnixSeconds(time.until_timestamp)
        const filter = { since, until, username, action, result: keyOf(RESULTS, result), ip }
        const list = await auditLog.list(filter, toPageRequest(page))
        return { events: list.items.map(toEvent), next_page_token: list.nextPageToken }
      },
    ),

    exportAuditEvents: calls.adminStream('read', async function* (request) {
      for await (const entry of auditLog.export(request.after_position)) {
        const { position, link } = entry
        yield { position, link: link.toString('hex'), event: toEvent(entry) }
      }
    }),

    verifyAudit: calls.adminStream('read', async function* ({ since_link }) {
      for await (const piece of auditVerification.verify(since_link)) {
        const { checked, total, verdict } = piece
        yield { checked, total, verdict: verdict && toVerdict(verdict) }
      }
    }),
  }
}

function toEvent(entry: AuditEntry): EventMessage {
  return {
    id: entry.id,
    timestamp_micros: entry.atMicros,
    actor_kind: entry.actorKind,
    actor_id: entry.actorId ?? undefined,
    actor_name: entry.actorName ?? undefined,
    action: entry.action,
    object_kind: entry.objectKind ?? undefined,
    object_id: entry.objectId ?? undefined,
    object_name: entry.objectName ?? undefined,
    result: RESULTS[entry.result],
    reason: entry.reason ?? undefined,
    ip: entry.ip ?? undefined,
    user_agent: entry.userAgent ?? undefined,
    request_id: entry.requestId ?? undefined,
    details_json: entry.detailsJson ?? '',
  }
}

function toVerdict({ damage, intact, waiting }: AuditVerdict): VerdictMessage {
  return {
    damage: damage ? DAMAGES[damage.kind] : AuditDamage.UNSPECIFIED,
    event_id: damage?.eventId,
    position: damage?.position,
    intact_position: intact.position,
    intact_link: intact.link.toString('hex'),
    waiting,
  }
}
