import { createContext, type ReactNode, useContext, useEffect } from 'react'
import { en, type Messages } from './en.js'

const TextContext = createContext<Messages>(en)

/** The texts of the page in the person's language. */
export function useText(): Messages {
  return useContext(TextContext)
}

export function TextProvider({ children }: { children: ReactNode }) {
  useEffect(() => {
    document.documentElement.lang = 'en'
    document.documentElement.dir = 'ltr'
  }, [])
  return <TextContext value={en}>{children}</TextContext>
}
