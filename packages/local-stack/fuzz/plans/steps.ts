import type { MethodDefinition } from '@grpc/grpc-js'
import { nameOf } from '../methods.ts'
import { type Attempt, type Plan, plan, type RoutePlan } from '../plan.ts'
import type { World } from '../world.ts'

/** A call that the proxy passes on: once as core takes it, once as the proxy does. */
interface StepAttempt<Req> extends Attempt<Req> {
  readonly body?: Readonly<Record<string, unknown>>
  /** The cookie's value. */
  readonly session?: string
  // biome-ignore lint/suspicious/noExplicitAny: core's message or the proxy's JSON
  settle?(reply: any): void
}

export interface Step {
  readonly plan: Plan
  readonly route: RoutePlan
}

export function step<Req, Res>(
  method: MethodDefinition<Req, Res>,
  route: string,
  prepare: (world: World) => StepAttempt<Req> | Promise<StepAttempt<Req>>,
  more: {
    readonly repeats?: readonly string[]
    readonly forbidden?: (world: World) => Promise<Attempt<Req, Res>>
  } = {},
): Step {
  return {
    plan: plan<Req, Res>(method, 'anybody', prepare, more),
    route: {
      name: route,
      asks: nameOf(method),
      repeats: more.repeats ?? [],
      prepare: async (world) => prepare(world),
    },
  }
}
