import type { CoreClient } from '../core-client.js'
import type { CoreHealth } from '../core-health.js'
import { SessionCookie } from './cookies.js'
import { deviceRoutes } from './device-routes.js'
import { enrollmentRoutes } from './enrollment-routes.js'
import { helpRoutes } from './help-routes.js'
import { healthRoutes, instanceRoutes } from './instance-routes.js'
import { mfaRoutes } from './mfa-routes.js'
import { documentRoute } from './openapi.js'
import { passwordResetRoutes } from './password-reset-routes.js'
import type { Route } from './routes.js'

export interface RouteParts {
  readonly core: CoreClient
  readonly health: CoreHealth
  readonly version: string
  /** Whether people reach us by https. */
  readonly isHttps: boolean
}

/** Every route of the API: what is not here is neither served nor in the API's document. */
export function routeTable({ core, health, version, isHttps }: RouteParts): Route[] {
  const cookie = new SessionCookie('defguard_proxy', '/api/v1/enrollment', isHttps)
  const resetCookie = new SessionCookie(
    'defguard_proxy_password_reset',
    '/api/v1/password-reset',
    isHttps,
  )
  const routes = [
    ...enrollmentRoutes(core, cookie),
    ...mfaRoutes(core, cookie),
    ...deviceRoutes(core, cookie),
    ...helpRoutes(core, cookie),
    ...passwordResetRoutes(core, resetCookie),
    ...instanceRoutes(core, version),
    ...healthRoutes(health),
  ]
  return [...routes, documentRoute(routes, version)]
}
