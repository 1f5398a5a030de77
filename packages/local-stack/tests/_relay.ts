import { appendFileSync } from 'node:fs'
import {
  Client,
  credentials,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceError,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { readMethods } from '../fuzz/methods.ts'
import type { Relay } from '../fuzz/system.ts'

/** A unary call on its way to core, and what a fault makes of it. */
export interface Passing {
  /** `GroupService/CreateGroup` */
  readonly method: string
  readonly request: Buffer
  readonly metadata: Metadata
  /** Where core's log is kept. */
  readonly log: (line: string) => void
}

/** Answers in place of core, changes the call, or does nothing. */
export type Fault = (call: Passing) => Partial<ServiceError> | undefined

/** Stands between core and whoever calls it, and plants a fault in it. */
export function relayWith(fault: Fault): Relay {
  return async (corePort, coreLog) => {
    const core = new Client(`127.0.0.1:${corePort}`, credentials.createInsecure())
    const server = new Server()
    const asIs = (bytes: Buffer) => bytes
    for (const [method, definition] of await readMethods()) {
      if (definition.requestStream || definition.responseStream) continue
      const implementation: UntypedServiceImplementation = {
        method: (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
          const { request, metadata } = call
          metadata.remove('user-agent')
          const log = (line: string) => appendFileSync(coreLog, `${line}\n`)
          const answer = fault({ method, request, metadata, log })
          if (answer) return callback(answer)
          const { path } = definition
          core.makeUnaryRequest(path, asIs, asIs, request, metadata, callback)
        },
      }
      const unread = { requestSerialize: asIs, requestDeserialize: asIs }
      const answered = { responseSerialize: asIs, responseDeserialize: asIs }
      server.addService({ method: { ...definition, ...unread, ...answered } }, implementation)
    }
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (err, bound) =>
        err ? reject(err) : resolve(bound),
      )
    })
    return {
      port,
      async stop() {
        server.forceShutdown()
        core.close()
      },
    }
  }
}

export const INTERNAL = { code: status.INTERNAL, details: 'internal error' }
