/** What a call is about, as the scopes of API tokens divide it. */
export const AREAS = [
  'users',
  'groups',
  'enrollment',
  'devices',
  'locations',
  'settings',
  'mail',
  'audit',
] as const

export type Area = (typeof AREAS)[number]

/** Secrets that leave core in clear: links and tokens of people, the private key of a location. */
const SECRET_SCOPES = ['enrollment:secret', 'locations:secret'] as const

export type Scope = `${Area}:${'read' | 'write'}` | (typeof SECRET_SCOPES)[number]

export type Right = 'read' | 'write' | 'secret'

/** All that an API token can be given. */
export const SCOPES: readonly Scope[] = [
  ...AREAS.flatMap((area) => [`${area}:read`, `${area}:write`] as const),
  ...SECRET_SCOPES,
]

export function parseScope(text: string): Scope | undefined {
  return SCOPES.find((scope) => scope === text)
}

/** Whether what was granted is enough: who may write may read. */
export function isGranted(granted: readonly Scope[], needed: Scope): boolean {
  return granted.includes(needed) || granted.includes(needed.replace(/:read$/, ':write') as Scope)
}
