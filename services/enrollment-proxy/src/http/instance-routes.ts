import type { CoreClient } from '../core-client.js'
import type { CoreHealth } from '../core-health.js'
import { InfoReply, InstanceReply } from './contract.js'
import { HttpError } from './errors.js'
import { get, type Route } from './routes.js'

const tag = 'Information'

export function instanceRoutes(core: CoreClient, version: string): Route[] {
  return [
    get(
      '/instance',
      { tag, summary: 'How the instance presents itself to anybody', reply: InstanceReply },
      ({ caller }) => core.getInstance(caller),
    ),
    get(
      '/info',
      { tag, summary: "The proxy's version", reply: InfoReply, asksCore: false },
      () => ({ version }),
    ),
  ]
}

/** For load balancers, which ask all the time: texts, and never limited. */
export function healthRoutes(health: CoreHealth): Route[] {
  return [
    {
      method: 'get',
      path: '/health',
      tag,
      summary: 'Whether the proxy serves, whatever core does',
      asksCore: false,
      isLimited: false,
      async handle({ res }) {
        res.type('text/plain').send('alive')
      },
    },
    {
      method: 'get',
      path: '/health-grpc',
      tag,
      summary: 'Whether core answers',
      refusals: [503],
      asksCore: false,
      isLimited: false,
      async handle({ res }) {
        if (!health.isConnected) throw new HttpError(503, 'Not connected to Defguard Core')
        res.type('text/plain').send('alive')
      },
    },
  ]
}
