import type { ResetStartReply } from '../../../src/http/contract.js'
import { post } from './request.js'

/** Answers alike whoever has this address. */
export async function requestPasswordReset(email: string): Promise<void> {
  await post('/password-reset/request', { email })
}

/**
 * Starts the clock at the first call for a token; every later one joins the same deadline.
 * @returns when it ends, by the clock of this browser (milliseconds)
 */
export async function startPasswordReset(token: string): Promise<number> {
  const { body, skewMs } = await post<ResetStartReply>('/password-reset/start', {
    token,
  })
  return body.deadline_timestamp * 1000 - skewMs
}

export async function resetPassword(password: string): Promise<void> {
  await post('/password-reset/reset', { password })
}
