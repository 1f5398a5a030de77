import {
  ImportOutcome,
  type ImportUsersRequest,
  type ImportUsersResponse,
} from '@defguard/proto/admin/v1/users'
import type { ImportPart, ImportResult } from '../app/user-import.js'
import { refusalOf } from './status.js'

const OUTCOMES: Readonly<Record<ImportResult['outcome'], ImportOutcome>> = {
  created: ImportOutcome.CREATED,
  unchanged: ImportOutcome.UNCHANGED,
  refused: ImportOutcome.REFUSED,
}

export async function* toImportParts(
  requests: AsyncIterable<ImportUsersRequest>,
): AsyncGenerator<ImportPart> {
  for await (const { options, row } of requests) {
    if (options) yield { options: { isDryRun: options.dry_run, invite: options.invite } }
    if (!row) continue
    const { line, username, email, first_name, last_name, phone, language, groups } = row
    const names = { firstName: first_name, lastName: last_name }
    yield { row: { line, username, email, ...names, phone, language, groups } }
  }
}

export function toImportResponse(result: ImportResult): ImportUsersResponse {
  const { line, outcome } = result
  if (outcome !== 'refused') {
    const none = { reason: undefined, message: undefined, violations: [] }
    return { line, outcome: OUTCOMES[outcome], ...none }
  }
  const { reason, message, violations } = result.refusal
  const { text, publicReason } = refusalOf(reason)
  return {
    line,
    outcome: OUTCOMES[outcome],
    reason: publicReason ?? reason,
    message: text ?? message,
    violations: [...violations],
  }
}
