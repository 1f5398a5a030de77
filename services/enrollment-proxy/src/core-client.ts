import { EnrollmentServiceClient, type MfaMethod } from '@defguard/proto/enrollment/v1/enrollment'
import { PasswordResetServiceClient } from '@defguard/proto/enrollment/v1/password_reset'
import type { Caller } from './caller.js'
import type { CoreChannel } from './core-channel.js'

const POLL_DEADLINE_MS = 4_000 // clients give up polling after 5 s

/** What the proxy may ask of core; a session is an empty text where the caller has none. */
export class CoreClient {
  readonly #channel: CoreChannel
  readonly #enrollment: EnrollmentServiceClient
  readonly #reset: PasswordResetServiceClient

  constructor(channel: CoreChannel) {
    this.#channel = channel
    this.#enrollment = channel.client(EnrollmentServiceClient)
    this.#reset = channel.client(PasswordResetServiceClient)
  }

  startEnrollment(token: string, caller: Caller) {
    return this.#channel.call(this.#enrollment, this.#enrollment.startEnrollment, { token }, caller)
  }

  getSession(session: string, caller: Caller) {
    const request = { session_secret: session }
    return this.#channel.call(this.#enrollment, this.#enrollment.getSession, request, caller)
  }

  activateUser(
    session: string,
    body: { password: string; phone?: string | undefined },
    caller: Caller,
  ) {
    const { password, phone } = body
    const request = { session_secret: session, password, phone_number: phone }
    return this.#channel.call(this.#enrollment, this.#enrollment.activateUser, request, caller)
  }

  createDevice(session: string, device: { name: string; pubkey: string }, caller: Caller) {
    const request = { session_secret: session, name: device.name, pubkey: device.pubkey }
    return this.#channel.call(this.#enrollment, this.#enrollment.createDevice, request, caller)
  }

  getNetworkInfo(session: string, pubkey: string, caller: Caller) {
    const request = { session_secret: session, pubkey }
    return this.#channel.call(this.#enrollment, this.#enrollment.getNetworkInfo, request, caller)
  }

  startMfaSetup(session: string, method: MfaMethod, caller: Caller) {
    const request = { session_secret: session, method }
    return this.#channel.call(this.#enrollment, this.#enrollment.startMfaSetup, request, caller)
  }

  finishMfaSetup(session: string, proof: { method: MfaMethod; code: string }, caller: Caller) {
    const request = { session_secret: session, ...proof }
    return this.#channel.call(this.#enrollment, this.#enrollment.finishMfaSetup, request, caller)
  }

  registerMobileAuth(session: string, keys: { auth: string; device: string }, caller: Caller) {
    const request = { session_secret: session, auth_pubkey: keys.auth, device_pubkey: keys.device }
    const { registerMobileAuth } = this.#enrollment
    return this.#channel.call(this.#enrollment, registerMobileAuth, request, caller)
  }

  poll(pollingToken: string, caller: Caller) {
    const request = { polling_token: pollingToken }
    const { getInstanceInfo } = this.#enrollment
    return this.#channel.call(this.#enrollment, getInstanceInfo, request, caller, POLL_DEADLINE_MS)
  }

  reportMistake(session: string, text: string, caller: Caller) {
    const request = { session_secret: session, text }
    return this.#channel.call(this.#enrollment, this.#enrollment.reportMistake, request, caller)
  }

  requestNewLink(token: string, caller: Caller) {
    return this.#channel.call(this.#enrollment, this.#enrollment.requestNewLink, { token }, caller)
  }

  getInstance(caller?: Caller) {
    return this.#channel.call(this.#enrollment, this.#enrollment.getInstance, {}, caller)
  }

  requestPasswordReset(email: string, caller: Caller) {
    return this.#channel.call(this.#reset, this.#reset.requestPasswordReset, { email }, caller)
  }

  startPasswordReset(token: string, caller: Caller) {
    return this.#channel.call(this.#reset, this.#reset.startPasswordReset, { token }, caller)
  }

  resetPassword(session: string, password: string, caller: Caller) {
    const request = { session_secret: session, password }
    return this.#channel.call(this.#reset, this.#reset.resetPassword, request, caller)
  }
}
