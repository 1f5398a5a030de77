import type { Plan, Who } from './plan.ts'
import { type ApiToken, ROLES, type Role, type World } from './world.ts'

const ADMINISTERING: readonly Role[] = ['auditor', 'user_admin', 'admin']

interface Rule {
  readonly roles: readonly Role[]
  /** What an API token needs in the area of the service; absent where none is enough. */
  readonly right?: 'read' | 'write' | 'secret'
}

/** Who may be answered, by what the agreements say and not by what core does. */
const RULES: Readonly<Record<Who, Rule>> = {
  anybody: { roles: ROLES },
  whoever: { roles: ROLES },
  anyone: { roles: ROLES },
  administers: { roles: ADMINISTERING },
  read: { roles: ['auditor', 'admin'], right: 'read' },
  readPeople: { roles: ADMINISTERING, right: 'read' },
  people: { roles: ['user_admin', 'admin'], right: 'write' },
  credentials: { roles: ['user_admin', 'admin'] },
  write: { roles: ['admin'], right: 'write' },
  secret: { roles: ['admin'], right: 'secret' },
}

const AREAS: Readonly<Record<string, string>> = {
  UserService: 'users',
  GroupService: 'groups',
  EnrollmentAdminService: 'enrollment',
  DeviceService: 'devices',
  LocationService: 'locations',
  SettingsService: 'settings',
  OnboardingService: 'settings',
  MailService: 'mail',
  AuditService: 'audit',
}

export interface WrongCaller {
  readonly bearer: string
  /** `a session of an auditor` */
  readonly what: string
}

/** A session that may make the call; empty where none is needed. */
export async function rightBearer(world: World, who: Who): Promise<string> {
  if (who === 'anybody') return ''
  const role = world.rng.pick(RULES[who].roles)
  return world.pick(world.sessions[role], 'AuthService/Login')
}

/** A program that may make the call as far as its scopes and its owner go. */
export function rightProgram(world: World, plan: Plan): ApiToken | undefined {
  return world.apiTokens.pick((token) => isEnough(token, plan))
}

/** A credential that must not reach a method; undefined where there is none such. */
export function wrongCaller(world: World, plan: Plan): WrongCaller | undefined {
  const { rng, secrets } = world
  const { who } = plan
  if (who === 'anybody') return undefined
  const program = rng.chance(0.3) && world.apiTokens.pick((token) => !isEnough(token, plan))
  if (program) return { bearer: program.secret, what: `an API token for ${program.scopes}` }
  const lesser = ROLES.filter((role) => !RULES[who].roles.includes(role))
  const role = rng.chance(0.6) && lesser.length > 0 ? rng.pick(lesser) : undefined
  const session = role && world.sessions[role].pick()
  if (role && session) return { bearer: session, what: `the session of role ${role}` }
  const ended = rng.chance(0.3) ? world.ended.pick() : undefined
  if (ended) return { bearer: ended, what: 'a credential that has ended' }
  const kinds = secrets.kinds().filter((kind) => kind !== 'dga_' && kind !== 'dgk_')
  const kind = rng.chance(0.8) && kinds.length > 0 ? rng.pick(kinds) : undefined
  const other = kind && secrets.recent(kind, rng.int(100))
  if (other && /^\S+$/.test(other)) return { bearer: other, what: `a ${kind} as a session` }
  return { bearer: '', what: 'nobody' }
}

function isEnough({ scopes, role }: ApiToken, { name, who }: Plan): boolean {
  if (who === 'whoever') return true
  const { roles, right } = RULES[who]
  const area = AREAS[name.split('/')[0] ?? '']
  if (!right || !roles.includes(role)) return false
  const isGranted = (wanted: string) => scopes.includes(`${area}:${wanted}`)
  return isGranted(right) || (right === 'read' && isGranted('write'))
}
