import { type Area, parseScope, type Right, type Scope } from '../domain/scope.js'
import { ROLES, type Role } from '../domain/user.js'
import type { Admin, InSession, LoggedIn, UserAdmin } from './caller.js'

interface Rule {
  readonly roles: readonly Role[]
  /** What an API token needs in the area of the call; absent: no API token may. */
  readonly right?: Right
}

const ADMINISTERING = ['auditor', 'user_admin', 'admin'] as const

const RULES = {
  /** Whoever is logged in, also somebody who has yet to set up the second factor they must have. */
  begin: { roles: ROLES },
  /** Whoever is logged in, about what is their own. */
  own: { roles: ROLES },
  /** Whoever administers, about their own means to do so. */
  ownAdministration: { roles: ADMINISTERING },
  /** To read what admins read. */
  read: { roles: ['auditor', 'admin'], right: 'read' },
  /** To read of people, groups, enrollments and devices. */
  readPeople: { roles: ADMINISTERING, right: 'read' },
  /** To act on people and groups that have no role; admins act on all. */
  people: { roles: ['user_admin', 'admin'], right: 'write' },
  /** To act on how people prove who they are. */
  credentials: { roles: ['user_admin', 'admin'] },
  /** To act as an admin. */
  write: { roles: ['admin'], right: 'write' },
  /** To see a secret of the company. */
  secret: { roles: ['admin'], right: 'secret' },
} as const satisfies Readonly<Record<string, Rule>>

/** What a call needs. */
export type Access = keyof typeof RULES

/** Where a call belongs; calls about logins themselves belong to no scope. */
export type CallArea = Area | 'login'

/** Whom the gate lets through. An auditor who also is a user admin reads with the stronger role. */
export type Admitted<A extends Access> = A extends 'write' | 'secret'
  ? Admin
  : A extends 'people'
    ? UserAdmin
    : A extends 'credentials'
      ? InSession<'user_admin' | 'admin'>
      : A extends 'begin' | 'own' | 'ownAdministration'
        ? InSession
        : LoggedIn

export function rolesOf(access: Access): readonly Role[] {
  return RULES[access].roles
}

/** The scope with which an API token may make a call; undefined when none is enough. */
export function scopeOf(area: CallArea, access: Access): Scope | undefined {
  const { right }: Rule = RULES[access]
  return right && parseScope(`${area}:${right}`)
}
