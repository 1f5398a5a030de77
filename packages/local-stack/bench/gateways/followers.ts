// Gateways in a process of their own: they follow their location and note when they know what.
import { once } from 'node:events'
import { type GatewayServiceClient, type Update, UpdateType } from '@defguard/proto/gateway'
import type { ClientReadableStream } from '@grpc/grpc-js'
import { connect, gatewayMetadata } from './client.ts'

/** `follow` is answered once all have everything, `arrivals` once so many have come since then. */
export type Question =
  | { readonly kind: 'follow'; readonly port: number; readonly tokens: readonly string[] }
  | { readonly kind: 'arrivals'; readonly count: number }
  | { readonly kind: 'leave' }

/** A change as one gateway was told it. */
export interface Arrival {
  /** See `changeOf`. */
  readonly change: string
  /** On the clock of `process.hrtime`, which all processes share. */
  readonly atMs: number
}

const clients: GatewayServiceClient[] = []
let arrivals: Arrival[] = []
let wanted = Number.POSITIVE_INFINITY

process.on('message', async (question: Question) => {
  if (question.kind === 'follow') {
    for (const token of question.tokens) await follow(question.port, token)
    process.send?.('all follow')
  } else if (question.kind === 'arrivals') {
    wanted = question.count
    answer()
  } else {
    for (const client of clients.splice(0)) client.close()
    arrivals = []
    process.send?.('all have left')
  }
})

async function follow(port: number, token: string): Promise<void> {
  const client = connect(port)
  clients.push(client)
  const updates: ClientReadableStream<Update> = client.updates({}, gatewayMetadata(token))
  updates.on('error', () => {
    if (clients.includes(client)) process.exit(1)
  })
  await once(updates, 'data')
  updates.on('data', ({ update_type, peer }: Update) => {
    const atMs = Number(process.hrtime.bigint()) / 1e6
    const kind = update_type === UpdateType.DELETE ? 'gone' : 'there'
    arrivals.push({ change: `${peer?.pubkey} ${kind}`, atMs })
    answer()
  })
}

function answer(): void {
  if (arrivals.length < wanted) return
  wanted = Number.POSITIVE_INFINITY
  process.send?.(arrivals)
  arrivals = []
}
