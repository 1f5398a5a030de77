import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.js'
import { takeTokenFromAddress } from './browser/address-bar.js'
import { keep, readKept } from './browser/tab-memory.js'
import { restoredFlow, toSaved } from './flow/saved.js'
import { TextProvider } from './i18n/text.js'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')

const opened = restoredFlow(readKept(), takeTokenFromAddress())
// At once: the token has left the address bar, and a reload may come before the first picture.
keep(toSaved(opened))

createRoot(root).render(
  <StrictMode>
    <TextProvider>
      <App opened={opened} />
    </TextProvider>
  </StrictMode>,
)
