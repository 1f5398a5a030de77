import type { Violation } from '../domain/errors.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id under which a creation may be repeated; null when the caller did not choose one. */
export function parseRequestId(text: string, violations: Violation[]): string | null {
  if (text === '') return null
  if (!UUID.test(text)) violations.push({ field: 'request_id', message: 'must be a UUID' })
  return text.toLowerCase()
}
