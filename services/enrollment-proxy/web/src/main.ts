import { languageMemory } from './browser/memory.js'
import { languageFor, loadFirstWords } from './i18n/languages.js'

// Small, so that the page (which index.html asks for in advance) and its words come side by side,
// and nothing is shown before they can be read.
const language = languageFor(languageMemory.read(), navigator.languages)
Promise.all([import('./wizard.js'), loadFirstWords(language)]).then(
  ([{ openWizard }, words]) => openWizard(words),
  () => document.getElementById('not-loaded')?.removeAttribute('hidden'),
)
