import { useEffect, useRef } from 'react'
import { takeTokenFromAddress } from './address-bar.js'

/** A link that is opened in a tab with this page only changes the fragment; nothing reloads. */
export function useLinkOpenedAgain(onToken: (token: string) => void): void {
  const latest = useRef(onToken)
  useEffect(() => {
    latest.current = onToken
  })

  useEffect(() => {
    const take = () => {
      const token = takeTokenFromAddress()
      if (token !== undefined) latest.current(token)
    }
    addEventListener('hashchange', take)
    take() // It may have been opened again before anybody listened.
    return () => removeEventListener('hashchange', take)
  }, [])
}
