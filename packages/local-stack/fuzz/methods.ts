import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { MethodDefinition } from '@grpc/grpc-js'

/** A method of core whose messages are whatever they are. */
// biome-ignore lint/suspicious/noExplicitAny: methods of all types stand in one list
export type Method = MethodDefinition<any, any>

/** `UserService/CreateUser` */
export const nameOf = ({ path }: Pick<Method, 'path'>): string => path.replace(/^.*\./, '')

const CONTRACTS = fileURLToPath(new URL('../../../proto/defguard', import.meta.url))

/** Every method of every service in `proto/`, by name: a new one is here by itself. */
export async function readMethods(): Promise<Map<string, Method>> {
  const methods = new Map<string, Method>()
  for (const file of readdirSync(CONTRACTS, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.proto')) continue
    const generated = await import(`@defguard/proto/${file.replace('.proto', '')}`)
    for (const [name, exported] of Object.entries(generated)) {
      if (!name.endsWith('ServiceService')) continue
      for (const method of Object.values(exported as Record<string, Method>)) {
        methods.set(nameOf(method), method)
      }
    }
  }
  return methods
}
