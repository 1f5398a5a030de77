import type { Role } from '@defguard/runtime/certificate-role'
import { Server, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js'

/** Who may call a method: holders of these roles, or of any certificate of the CA. */
export type Callers = readonly Role[] | 'any'

/**
 * Who may call what, by the package that a service is of. Core does not start with a service of
 * another package.
 */
const CALLERS_OF_PACKAGE: Readonly<Record<string, Callers>> = {
  'defguard.enrollment.v1': ['proxy'],
  'defguard.admin.v1': ['admin'],
  'grpc.health.v1': 'any',
}

/** @param path `/package.Service/Method` */
export function callersOf(path: string): Callers | undefined {
  const [, packageName = ''] = /^\/([\w.]+)\.\w+\/\w+$/.exec(path) ?? []
  return Object.hasOwn(CALLERS_OF_PACKAGE, packageName)
    ? CALLERS_OF_PACKAGE[packageName]
    : undefined
}

/** A server that takes services only if it is known who may call them. */
export class GuardedServer extends Server {
  override addService(
    service: ServiceDefinition,
    implementation: UntypedServiceImplementation,
  ): void {
    for (const { path } of Object.values(service)) {
      if (!callersOf(path)) throw new Error(`Nobody has said who may call ${path}.`)
    }
    super.addService(service, implementation)
  }
}
