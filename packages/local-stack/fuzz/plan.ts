import type { MethodDefinition } from '@grpc/grpc-js'
import { type Method, nameOf } from './methods.ts'
import type { World } from './world.ts'

/** Whose credential a method takes. What core promises; here it is said a second time, on purpose. */
export type Who =
  /** Nobody's, or what stands in the request. */
  | 'anybody'
  /** Any credential that works, to say whose it is. */
  | 'whoever'
  /** Whoever is logged in. */
  | 'anyone'
  /** Whoever has a role, about their own means. */
  | 'administers'
  /** Auditors and admins. */
  | 'read'
  /** These and user admins. */
  | 'readPeople'
  /** User admins, on people without a role, and admins. */
  | 'people'
  /** The same about how these prove who they are, so no program may. */
  | 'credentials'
  /** Admins. */
  | 'write'
  /** Admins, and programs that may see secrets. */
  | 'secret'

/** One call that should be accepted. */
export interface Attempt<Req = unknown, Res = unknown> {
  /** Several messages where the method takes a stream. */
  readonly request: Req | readonly Req[]
  /** Whose session is used, if not anybody's who may. */
  readonly bearer?: string
  /** It was accepted. */
  settle?(reply: Res): void
  /** Nothing is known to have happened: what it was made with can be used again. */
  back?(): void
}

/** How calls of a method are made that should be accepted. */
export interface Plan {
  readonly name: string
  readonly method: Method
  readonly who: Who
  readonly isFirstEnough: boolean
  /** Core does it for one at a time. */
  readonly isExclusive: boolean
  /** Kinds of secrets that a reply may hold although they are known already. */
  readonly repeats: readonly string[]
  prepare(world: World): Promise<Attempt>
  /** A call that must be refused, whatever becomes of it otherwise. */
  readonly forbidden?: (world: World) => Promise<Attempt>
}

interface More<Req, Res> {
  readonly isFirstEnough?: boolean
  readonly isExclusive?: boolean
  readonly repeats?: readonly string[]
  readonly forbidden?: (world: World) => Promise<Attempt<Req, Res>>
}

type Prepare<Req, Res> = (world: World) => Attempt<Req, Res> | Promise<Attempt<Req, Res>>

export function plan<Req, Res>(
  method: MethodDefinition<Req, Res>,
  who: Who,
  prepare: Prepare<Req, Res>,
  more: More<Req, Res> = {},
): Plan {
  return {
    name: nameOf(method),
    method,
    who,
    isFirstEnough: more.isFirstEnough ?? false,
    isExclusive: more.isExclusive ?? false,
    repeats: more.repeats ?? [],
    prepare: async (world) => (await prepare(world)) as Attempt,
    ...(more.forbidden ? { forbidden: more.forbidden as (world: World) => Promise<Attempt> } : {}),
  }
}

/** A call by HTTP that should be accepted. */
export interface RouteAttempt {
  readonly body?: Readonly<Record<string, unknown>>
  readonly session?: string
  // biome-ignore lint/suspicious/noExplicitAny: each route has its own
  settle?(reply: any): void
  back?(): void
}

export interface RoutePlan {
  /** `POST /api/v1/enrollment/start` */
  readonly name: string
  /** The method of core that it asks, or undefined where it asks none. */
  readonly asks: string | undefined
  readonly repeats: readonly string[]
  prepare(world: World): Promise<RouteAttempt>
}
