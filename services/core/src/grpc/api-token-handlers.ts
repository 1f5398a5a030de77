import {
  type ApiToken as ApiTokenMessage,
  type ApiTokenServiceServer,
  ApiTokenState,
} from '@defguard/proto/admin/v1/api_tokens'
import type { ApiTokens, ApiTokenView } from '../app/api-tokens.js'
import type { ApiTokenState as State } from '../domain/api-token.js'
import type { AdminCalls } from './admin-calls.js'
import { toLife } from './invitation-messages.js'
import { toPageRequest } from './page-messages.js'
import { toUnixSeconds } from './timestamps.js'

const STATES: Readonly<Record<State, ApiTokenState>> = {
  active: ApiTokenState.ACTIVE,
  expired: ApiTokenState.EXPIRED,
  revoked: ApiTokenState.REVOKED,
}

export function apiTokenHandlers(calls: AdminCalls, apiTokens: ApiTokens): ApiTokenServiceServer {
  return {
    createApiToken: calls.admin('ownAdministration', async (request, person) => {
      const { token, secret } = await apiTokens.create(person, {
        requestId: request.request_id,
        name: request.name,
        scopes: request.scopes,
        expiresInMs: toLife(request.expires_in_seconds),
      })
      return { api_token: toApiToken(token), secret }
    }),

    listApiTokens: calls.admin('ownAdministration', async ({ page, username }, person) => {
      const list = await apiTokens.list(person, { username }, toPageRequest(page))
      return { api_tokens: list.items.map(toApiToken), next_page_token: list.nextPageToken }
    }),

    revokeApiToken: calls.admin('ownAdministration', async ({ id }, person) => ({
      api_token: toApiToken(await apiTokens.revoke(person, id)),
    })),
  }
}

function toApiToken(token: ApiTokenView): ApiTokenMessage {
  return {
    id: token.id,
    name: token.name,
    user: token.username,
    scopes: token.scopes,
    state: STATES[token.state],
    created_timestamp: toUnixSeconds(token.createdAt),
    expires_timestamp: toUnixSeconds(token.expiresAt),
    last_used_timestamp: token.lastUsedAt ? toUnixSeconds(token.lastUsedAt) : undefined,
    last_used_ip: token.lastUsedIp ?? undefined,
  }
}
