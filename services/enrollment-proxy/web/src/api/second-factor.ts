import type { MfaFinishReply, MfaStartReply } from '../../../src/http/contract.js'
import type { FactorMethod, SecondFactor } from '../flow/flow.js'
import { post } from './request.js'

const METHODS: Record<FactorMethod, string> = { totp: 'Totp', email: 'Email' }

type Offer = SecondFactor & { readonly stage: 'offered' }

/**
 * Begins a set-up or goes on with it: a session keeps its secret, and mails a code at most once a
 * minute.
 */
export async function startFactor(method: FactorMethod): Promise<Offer> {
  const body = { method: METHODS[method] }
  const { totp_secret: secret } = (
    await post<MfaStartReply>('/enrollment/register-mfa/code/start', body)
  ).body
  return method === 'totp'
    ? { stage: 'offered', method, secret: secret ?? '' }
    : { stage: 'offered', method }
}

/** @returns recovery codes, which replace earlier ones */
export async function finishFactor(method: FactorMethod, code: string): Promise<readonly string[]> {
  const body = { method: METHODS[method], code }
  return (await post<MfaFinishReply>('/enrollment/register-mfa/code/finish', body)).body
    .recovery_codes
}
