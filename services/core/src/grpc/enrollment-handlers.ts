import type { EnrollmentServiceServer } from '@defguard/proto/enrollment/v1/enrollment'
import type { Activation } from '../app/activation.js'
import type { Enrollment } from '../app/enrollment.js'
import type { EnrollmentDevices } from '../app/enrollment-devices.js'
import type { HelpRequests } from '../app/help-requests.js'
import type { MfaSetup } from '../app/mfa-setup.js'
import type { Polling } from '../app/polling.js'
import {
  toDeviceConfigResponse,
  toEnrollment,
  toInstanceResponse,
  toMfaMethod,
} from './enrollment-messages.js'
import type { Calls } from './unary.js'

export interface EnrollmentUseCases {
  readonly enrollment: Enrollment
  readonly activation: Activation
  readonly helpRequests: HelpRequests
  readonly enrollmentDevices: EnrollmentDevices
  readonly mfaSetup: MfaSetup
  readonly polling: Polling
}

/** What the proxy may call; its certificate opens nothing else. */
export function enrollmentHandlers(calls: Calls, app: EnrollmentUseCases): EnrollmentServiceServer {
  return {
    startEnrollment: calls.unary(async ({ token }, caller) => {
      const { sessionSecret, view } = await app.enrollment.start(token, caller)
      return { session_secret: sessionSecret, enrollment: toEnrollment(view) }
    }),

    getSession: calls.unary(async ({ session_secret }, caller) => ({
      enrollment: toEnrollment(await app.enrollment.get(session_secret, caller)),
    })),

    activateUser: calls.unary(async ({ session_secret, password, phone_number }, caller) => {
      const request = { sessionSecret: session_secret, password, phone: phone_number }
      await app.activation.activate(request, caller)
      return {}
    }),

    createDevice: calls.unary(async ({ session_secret, name, pubkey }, caller) => {
      const request = { sessionSecret: session_secret, name, publicKey: pubkey }
      return {
        device_config: toDeviceConfigResponse(await app.enrollmentDevices.create(request, caller)),
      }
    }),

    getNetworkInfo: calls.unary(async ({ session_secret, pubkey }) => {
      const request = { sessionSecret: session_secret, publicKey: pubkey }
      return { device_config: toDeviceConfigResponse(await app.enrollmentDevices.find(request)) }
    }),

    startMfaSetup: calls.unary(async ({ session_secret, method }) => ({
      totp_secret: await app.mfaSetup.start(session_secret, toMfaMethod(method)),
    })),

    finishMfaSetup: calls.unary(async ({ session_secret, method, code }) => ({
      recovery_codes: await app.mfaSetup.finish(session_secret, toMfaMethod(method), code),
    })),

    registerMobileAuth: calls.unary(
      async ({ session_secret, auth_pubkey, device_pubkey }, caller) => {
        const keys = { authKey: auth_pubkey, deviceKey: device_pubkey }
        await app.enrollmentDevices.registerMobile(
          { sessionSecret: session_secret, ...keys },
          caller,
        )
        return {}
      },
    ),

    getInstanceInfo: calls.unary(async ({ polling_token }, caller) => ({
      device_config: toDeviceConfigResponse(await app.polling.poll(polling_token, caller)),
    })),

    reportMistake: calls.unary(async ({ session_secret, text }, caller) => {
      await app.helpRequests.reportMistake(session_secret, text, caller)
      return {}
    }),

    requestNewLink: calls.unary(async ({ token }, caller) => {
      await app.helpRequests.requestNewLink(token, caller)
      return {}
    }),

    getInstance: calls.unary(async () => toInstanceResponse(await app.enrollment.instance())),
  }
}
