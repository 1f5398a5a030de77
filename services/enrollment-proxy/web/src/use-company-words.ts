import { type Dispatch, useEffect, useRef } from 'react'
import { getSession } from './api/enrollment.js'
import type { Flow } from './flow/flow.js'
import type { FlowEvent } from './flow/next.js'
import { useText } from './i18n/text.js'

/** The company's own words are core's to translate: in another language they are asked for again. */
export function useCompanyWords(flow: Flow, dispatch: Dispatch<FlowEvent>): void {
  const text = useText()
  const shown = useRef(text)
  const login = flow.phase === 'enrolling' ? flow.session.user.login : undefined
  useEffect(() => {
    const isAnother = shown.current !== text
    shown.current = text
    if (!isAnother || login === undefined) return
    getSession().then(
      ({ user, final_page_content: words }) => {
        if (user.login === login) dispatch({ type: 'words_seen', words })
      },
      () => undefined, // What is there can be read, if not by everybody.
    )
  }, [text, login, dispatch])
}
