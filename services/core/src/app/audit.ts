import * as apiTokens from '../db/api-tokens.js'
import * as auditEvents from '../db/audit-events.js'
import type { Db } from '../db/database.js'
import type { NewAuditEvent } from '../db/schema.js'
import { DomainError, type ErrorReason } from '../domain/errors.js'
import type { Caller, LoggedIn } from './caller.js'

export interface Actor {
  readonly kind: 'admin' | 'api_token' | 'person' | 'gateway' | 'system'
  readonly id?: number | undefined
  readonly name?: string | undefined
  readonly caller?: Caller | undefined
  /** With which they act; the owner is who it is. */
  readonly apiToken?: { readonly id: number; readonly name: string }
}

export interface AuditedObject {
  readonly kind:
    | 'user'
    | 'group'
    | 'enrollment_token'
    | 'password_reset_token'
    | 'device'
    | 'location'
    | 'gateway'
    | 'settings'
    | 'onboarding'
    | 'mail'
    | 'api_token'
  readonly id?: number | undefined
  readonly name?: string | undefined
  /** Beside those of the event, where it is about many objects. */
  readonly details?: Record<string, unknown>
}

interface More {
  readonly refusal?: ErrorReason
  /** What was tried did not work, though nobody refused it. */
  readonly hasFailed?: boolean
  readonly details?: Record<string, unknown>
}

export const SYSTEM: Actor = { kind: 'system' }

export function asActor({ userId, username, caller, apiToken }: LoggedIn): Actor {
  const owner = { id: userId, name: username, caller }
  if (!apiToken) return { kind: 'admin', ...owner }
  return { kind: 'api_token', ...owner, apiToken: { id: apiToken.id, name: apiToken.name } }
}

/** Somebody who acts on what is their own, whatever their role. */
export function asPerson(person: LoggedIn): Actor {
  return { ...asActor(person), kind: 'person' }
}

/** The token of a session, under the name of its person. */
export function tokenOf({ tokenId, username }: { tokenId: number; username: string }) {
  return { kind: 'enrollment_token', id: tokenId, name: username } as const
}

/** Somebody as what they act on. */
export function selfOf({ userId, username }: LoggedIn): AuditedObject {
  return { kind: 'user', id: userId, name: username }
}

/**
 * Records what was done, in the transaction that does it, or a refusal in one of its own. `details`
 * are named values; a secret among them is only ever named. What an API token does is done before it
 * is revoked, or not at all.
 * @throws DomainError `not_logged_in`
 */
export async function audit(
  db: Db,
  now: Date,
  actor: Actor,
  action: string,
  object?: AuditedObject,
  more: More = {},
): Promise<void> {
  if (more.refusal === undefined) await holdApiToken(db, actor)
  await auditEvents.insert(db, toEvent(now, actor, action, object, more))
}

/** The same of many objects at once. */
export async function auditAll(
  db: Db,
  now: Date,
  actor: Actor,
  action: string,
  objects: readonly AuditedObject[],
  more: More = {},
): Promise<void> {
  if (objects.length > 0 && more.refusal === undefined) await holdApiToken(db, actor)
  const events = objects.map((object) => toEvent(now, actor, action, object, more))
  await auditEvents.insertAll(db, events)
}

async function holdApiToken(db: Db, { apiToken }: Actor): Promise<void> {
  if (apiToken && !(await apiTokens.hold(db, apiToken.id))) throw new DomainError('not_logged_in')
}

function toEvent(
  now: Date,
  actor: Actor,
  action: string,
  object: AuditedObject | undefined,
  more: More,
): NewAuditEvent {
  const details = {
    ...(actor.apiToken && { api_token: actor.apiToken }),
    ...more.details,
    ...object?.details,
  }
  return {
    at: now,
    actorKind: actor.kind,
    actorId: actor.id ?? null,
    actorName: actor.name ?? null,
    action,
    objectKind: object?.kind ?? null,
    objectId: object?.id ?? null,
    objectName: object?.name ?? null,
    result: more.refusal !== undefined ? 'refused' : more.hasFailed ? 'failed' : 'ok',
    reason: more.refusal ?? null,
    ip: actor.caller?.ip ?? null,
    userAgent: printable(actor.caller?.userAgent),
    requestId: actor.caller?.requestId ?? null,
    details: Object.keys(details).length === 0 ? null : JSON.stringify(details),
  }
}

const USER_AGENT_MAX = 256

/** A client's own words, with control characters encoded so that they cannot forge a line. */
function printable(text: string | undefined): string | null {
  if (text === undefined) return null
  return text
    .slice(0, USER_AGENT_MAX)
    .replace(/\p{C}/gu, (char) => encodeURIComponent(char.toWellFormed()))
}
