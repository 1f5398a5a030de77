import { ApiTokenServiceService as ApiTokens } from '@defguard/proto/admin/v1/api_tokens'
import { type Plan, plan } from '../plan.ts'

const CREATE = 'ApiTokenService/CreateApiToken'
const LOGIN = 'AuthService/Login'

const AREAS = ['users', 'groups', 'enrollment', 'devices', 'locations', 'settings', 'mail']

export const apiTokenPlans: readonly Plan[] = [
  plan(ApiTokens.createApiToken, 'administers', async (world) => {
    const { rng } = world
    const role = rng.pick(['admin', 'user_admin', 'auditor'] as const)
    const bearer = await world.pick(world.sessions[role], LOGIN)
    const scopes = [0, 1].map(() => `${rng.pick(AREAS)}:${rng.pick(['read', 'write'])}`)
    return {
      request: {
        request_id: '',
        name: world.newName('program'),
        scopes: [...new Set(scopes)],
        expires_in_seconds: rng.pick([0, 3600]),
      },
      bearer,
      settle({ api_token, secret }) {
        if (api_token) world.apiTokens.put({ id: api_token.id, secret, scopes, role, bearer })
      },
    }
  }),

  plan(ApiTokens.listApiTokens, 'administers', (world) => ({
    request: { page: world.page(), username: '' },
  })),

  plan(ApiTokens.revokeApiToken, 'administers', async (world) => {
    const token = await world.take(world.apiTokens, CREATE)
    return {
      request: { id: token.id },
      bearer: token.bearer,
      settle: () => world.ended.put(token.secret),
      back: () => world.apiTokens.put(token),
    }
  }),
]
