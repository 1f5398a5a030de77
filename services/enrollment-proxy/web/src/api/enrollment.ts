import type {
  DeviceConfigReply,
  EnrollmentReply,
  InstanceReply,
} from '../../../src/http/contract.js'
import type { Session } from '../flow/flow.js'
import type { Answer } from './request.js'
import { get, post, Refusal } from './request.js'

export async function getInstance(): Promise<InstanceReply> {
  return (await get<InstanceReply>('/instance')).body
}

/** Starts the clock at the first call for a token; every later one joins the same deadline. */
export async function startEnrollment(token: string): Promise<Session> {
  return toSession(await post<EnrollmentReply>('/enrollment/start', { token }))
}

export async function getSession(): Promise<Session> {
  return toSession(await get<EnrollmentReply>('/enrollment/session'))
}

export async function activateUser(password: string, phone: string | undefined): Promise<void> {
  await post('/enrollment/activate_user', { password, phone_number: phone?.trim() || null })
}

export async function createDevice(name: string, publicKey: string): Promise<DeviceConfigReply> {
  const body = { name: name.trim(), pubkey: publicKey }
  return (await post<DeviceConfigReply>('/enrollment/create_device', body)).body
}

const SESSION_LOST = ['no_session', 'session_over', 'token_unknown']

/**
 * The session of the person whose page this is. The browser has one cookie for all tabs, so another
 * link may have replaced ours, and a sixth start ends the oldest session: the token brings it back.
 */
export async function getOwnSession(token: string | undefined, login: string): Promise<Session> {
  try {
    const session = await getSession()
    if (session.user.login === login) return session
    if (token === undefined) throw new Refusal({ reason: 'session_over' }, 0)
  } catch (error) {
    const isLost = error instanceof Refusal && SESSION_LOST.includes(error.reason ?? '')
    if (!isLost || token === undefined) throw error
  }
  return startEnrollment(token)
}

function toSession({ body, skewMs }: Answer<EnrollmentReply>): Session {
  return { ...body, endsAt: body.deadline_timestamp * 1000 - skewMs }
}
