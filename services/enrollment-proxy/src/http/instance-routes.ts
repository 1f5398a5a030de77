import type { CoreClient } from '../core-client.js'
import type { CoreHealth } from '../core-health.js'
import { InfoReply, InstanceReply } from './contract.js'
import { HttpError } from './errors.js'
import { get, type Route } from './routes.js'

export function instanceRoutes(core: CoreClient, version: string): Route[] {
  return [
    get('/instance', InstanceReply, ({ caller }) => core.getInstance(caller)),
    get('/info', InfoReply, () => ({ version })),
  ]
}

/** For load balancers, which ask all the time: texts, and never limited. */
export function healthRoutes(health: CoreHealth): Route[] {
  return [
    {
      method: 'get',
      path: '/health',
      isLimited: false,
      async handle({ res }) {
        res.type('text/plain').send('alive')
      },
    },
    {
      method: 'get',
      path: '/health-grpc',
      isLimited: false,
      async handle({ res }) {
        if (!health.isConnected) throw new HttpError(503, 'Not connected to Defguard Core')
        res.type('text/plain').send('alive')
      },
    },
  ]
}
