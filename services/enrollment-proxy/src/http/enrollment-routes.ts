import type { CoreClient } from '../core-client.js'
import {
  ActivateUserBody,
  CreateDeviceBody,
  DeviceConfigReply,
  EmptyReply,
  EnrollmentReply,
  NetworkInfoBody,
  StartBody,
} from './contract.js'
import { SessionCookie } from './cookies.js'
import { unexpectedAnswer } from './errors.js'
import type { Limits } from './limits.js'
import { type Exchange, get, post, type Route } from './routes.js'

export function enrollmentRoutes(core: CoreClient, limits: Limits, isSecure: boolean): Route[] {
  const cookie = new SessionCookie('defguard_proxy', '/api/v1/enrollment', isSecure)
  const sessionOf = ({ req }: Exchange) => cookie.read(req.headers.cookie)

  return [
    post('/enrollment/start', StartBody, EnrollmentReply, async ({ token }, { caller, res }) => {
      const reply = await limits.guessing(caller, () => core.startEnrollment(token, caller))
      const { session_secret, enrollment } = reply
      if (!enrollment) throw unexpectedAnswer()
      cookie.set(res, session_secret, enrollment.deadline_timestamp)
      return enrollment
    }),

    get('/enrollment/session', EnrollmentReply, async (exchange) => {
      return (await core.getSession(sessionOf(exchange), exchange.caller)).enrollment
    }),

    post('/enrollment/activate_user', ActivateUserBody, EmptyReply, (body, exchange) => {
      const { password, phone_number: phone } = body
      const session = sessionOf(exchange)
      return limits.activating(session, () =>
        core.activateUser(session, { password, phone: phone ?? undefined }, exchange.caller),
      )
    }),

    post(
      '/enrollment/create_device',
      CreateDeviceBody,
      DeviceConfigReply,
      async (body, exchange) =>
        (await core.createDevice(sessionOf(exchange), body, exchange.caller)).device_config,
    ),

    post(
      '/enrollment/network_info',
      NetworkInfoBody,
      DeviceConfigReply,
      async ({ pubkey }, exchange) =>
        (await core.getNetworkInfo(sessionOf(exchange), pubkey, exchange.caller)).device_config,
    ),
  ]
}
