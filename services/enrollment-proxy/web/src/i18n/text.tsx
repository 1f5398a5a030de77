import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react'
import { languageMemory } from '../browser/memory.js'
import { setPageLanguage } from '../browser/page-language.js'
import type { Messages } from './en.js'
import { type Language, loadWords, type Words } from './languages.js'

export interface LanguageChoice {
  /** The language of the page, or the one that was picked and is on its way. */
  readonly language: Language
  /** The language picked last could not be loaded. */
  readonly hasFailed: boolean
  readonly pick: (language: Language) => void
}

const TextContext = createContext<Messages | undefined>(undefined)
const ChoiceContext = createContext<LanguageChoice | undefined>(undefined)

/** The texts of the page in the person's language. */
export function useText(): Messages {
  return provided(useContext(TextContext))
}

export function useLanguageChoice(): LanguageChoice {
  return provided(useContext(ChoiceContext))
}

function provided<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no TextProvider around')
  return value
}

/** A change of language changes the texts and nothing else: what was typed and the focus stay. */
export function TextProvider({ first, children }: { first: Words; children: ReactNode }) {
  const [words, setWords] = useState(first)
  const [awaited, setAwaited] = useState<Language>()
  const [hasFailed, setFailed] = useState(false)
  const latest = useRef<Language>(undefined)

  const pick = useCallback(async (language: Language) => {
    latest.current = language
    setAwaited(language)
    setFailed(false)
    const loaded = await loadWords(language).catch(() => undefined)
    if (latest.current !== language) return // another was picked in the meantime
    setAwaited(undefined)
    setFailed(loaded === undefined)
    if (!loaded) return
    setPageLanguage(language)
    languageMemory.keep(language)
    setWords(loaded)
  }, [])

  return (
    <ChoiceContext value={{ language: awaited ?? words.language, hasFailed, pick }}>
      <TextContext value={words.text}>{children}</TextContext>
    </ChoiceContext>
  )
}
