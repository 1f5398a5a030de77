import { MfaMethod } from '@defguard/proto/enrollment/v1/enrollment'
import type { CoreClient } from '../core-client.js'
import { MfaFinishBody, MfaFinishReply, MfaStartBody, MfaStartReply } from './contract.js'
import type { SessionCookie } from './cookies.js'
import { post, type Route } from './routes.js'

const tag = 'Second factor'

const METHODS: ReadonlyMap<string, MfaMethod> = new Map([
  ['Totp', MfaMethod.TOTP],
  ['Email', MfaMethod.EMAIL],
])

/** Core refuses a method that it does not know, after it has looked at the session. */
const toMethod = (text: string) => METHODS.get(text) ?? MfaMethod.UNSPECIFIED

export function mfaRoutes(core: CoreClient, cookie: SessionCookie): Route[] {
  return [
    post(
      '/enrollment/register-mfa/code/start',
      {
        tag,
        summary: 'Begin to set up a second factor',
        body: MfaStartBody,
        reply: MfaStartReply,
        session: cookie,
        refusals: [400],
      },
      ({ method }, { session, caller }) => core.startMfaSetup(session, toMethod(method), caller),
    ),

    post(
      '/enrollment/register-mfa/code/finish',
      {
        tag,
        summary: 'Prove a second factor with a code',
        body: MfaFinishBody,
        reply: MfaFinishReply,
        session: cookie,
        refusals: [400],
        attempts: 'mfa',
      },
      ({ method, code }, { session, caller }) =>
        core.finishMfaSetup(session, { method: toMethod(method), code }, caller),
    ),
  ]
}
