import { useEffect, useRef } from 'react'

/**
 * Lets the browser's own Back, and the gesture of a phone, go one step back instead of leaving the
 * page. Each step forward is an entry of the history: an entry that is added without a click, to
 * catch the next Back, would be skipped by the browser.
 */
export function useHistoryBack(page: string, canGoBack: boolean, goBack: () => void): void {
  const latest = useRef({ canGoBack, goBack })
  const shown = useRef(page)
  const isFromHistory = useRef(false)

  useEffect(() => {
    latest.current = { canGoBack, goBack }
  })

  useEffect(() => {
    if (shown.current === page) return
    shown.current = page
    if (canGoBack && !isFromHistory.current) history.pushState(null, '')
    isFromHistory.current = false
  }, [page, canGoBack])

  useEffect(() => {
    const onPop = () => {
      // A link opened in this tab is an entry of the history as well.
      if (!latest.current.canGoBack || location.hash) return
      isFromHistory.current = true
      latest.current.goBack()
    }
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }, [])
}
