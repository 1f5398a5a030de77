import type { TestCore } from './_core.js'

/** Everything an API token can be given. */
export const ALL_SCOPES = [
  ...['users', 'groups', 'enrollment', 'devices', 'locations', 'settings', 'mail', 'audit'].flatMap(
    (area) => [`${area}:read`, `${area}:write`],
  ),
  'enrollment:secret',
  'locations:secret',
]

export type As = { readonly authorization: string }

export function bearer(secret: string): As {
  return { authorization: `Bearer ${secret}` }
}

let count = 0

/** A token of whoever `as` is, or of the admin. */
export async function createToken(
  core: TestCore,
  scopes: readonly string[],
  as?: As,
  expires_in_seconds = 0,
) {
  const request = { request_id: '', name: `token ${++count}`, scopes: [...scopes] }
  const { api_token, secret } = await core.clients.apiTokens.createApiToken(
    { ...request, expires_in_seconds },
    as,
  )
  if (!api_token) throw new Error('no token came back')
  return { ...api_token, secret, as: bearer(secret) }
}
