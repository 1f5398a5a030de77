import type { Dispatch } from 'react'
import { getOwnSession } from './api/enrollment.js'
import { noteSender, requestLink } from './api/help.js'
import type { Refusal } from './api/request.js'
import type { Flow } from './flow/flow.js'
import type { FlowEvent } from './flow/next.js'
import type { Run } from './use-run.js'

/** Where somebody who is stuck reaches their admin. */
export interface Help {
  readonly sendNote: (text: string) => Promise<Refusal | undefined>
  readonly askForLink: () => Promise<Refusal | undefined>
}

export function useHelp(flow: Flow, dispatch: Dispatch<FlowEvent>, run: Run): Help {
  const sendNote = async (text: string) => {
    if (flow.phase !== 'enrolling') return undefined
    const { token, session } = flow
    const send = noteSender(text)
    return run(
      async () => {
        await getOwnSession(token, session.user.login)
        await send()
      },
      () => dispatch({ type: 'note_sent' }),
    )
  }

  const askForLink = async () => {
    if (flow.phase !== 'dead_end' || flow.token === undefined) return undefined
    const { token } = flow
    return run(
      () => requestLink(token),
      () => dispatch({ type: 'link_asked_for' }),
    )
  }

  return { sendNote, askForLink }
}
