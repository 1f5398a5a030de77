import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.js'
import { takeTokenFromAddress } from './browser/address-bar.js'
import { enrollmentMemory, passwordResetMemory } from './browser/memory.js'
import { setPageLanguage } from './browser/page-language.js'
import { restoredReset, toSavedReset } from './flow/password-reset.js'
import { restoredFlow, toSaved } from './flow/saved.js'
import type { Words } from './i18n/languages.js'
import { TextProvider } from './i18n/text.js'
import { PasswordResetApp } from './password-reset-app.js'

export function openWizard(words: Words): void {
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no element with the id "root"')
  setPageLanguage(words.language)
  // Kept at once: the token leaves the address bar, and a reload may come before the first picture.
  createRoot(root).render(
    <StrictMode>
      <TextProvider first={words}>
        {isPasswordReset() ? openPasswordReset() : openEnrollment()}
      </TextProvider>
    </StrictMode>,
  )
}

function isPasswordReset(): boolean {
  return location.pathname.replace(/\/+$/, '') === '/password-reset'
}

function openEnrollment() {
  const opened = restoredFlow(enrollmentMemory.read(), takeTokenFromAddress())
  enrollmentMemory.keep(toSaved(opened))
  return <App opened={opened} />
}

function openPasswordReset() {
  const opened = restoredReset(passwordResetMemory.read(), takeTokenFromAddress(), Date.now())
  passwordResetMemory.keep(toSavedReset(opened))
  return <PasswordResetApp opened={opened} />
}
