import { LANGUAGES, type Language } from '../i18n/languages.js'

/** What the browser, a screen reader and the server (by our requests) take for the page's language. */
export function setPageLanguage(language: Language): void {
  document.documentElement.lang = language
  document.documentElement.dir = LANGUAGES[language].direction
}

export function pageLanguage(): string {
  return document.documentElement.lang
}
