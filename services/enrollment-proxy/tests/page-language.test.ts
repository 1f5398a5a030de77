import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { PASSWORD, type Pair, pairOf, startPair } from './_pair.js'

/** Of the built-in words: those of the page and, in it, of the mail. */
const WORDS = {
  en: 'How to connect',
  pl: 'Jak się połączyć',
  de: 'So verbinden Sie sich',
} as const
type Language = keyof typeof WORDS

let pair: Pair
beforeAll(async () => {
  pair = await startPair()
})
afterAll(() => pair.stop())

const speaking = (language: Language) => ({ 'Accept-Language': language })

/** Starts, and says in which language the company's words came. */
async function start(token: string, language: Language) {
  const answer = await pair.start(token, speaking(language))
  return { cookie: pairOf(answer), shown: shownIn(answer.json) }
}

function shownIn(json: unknown): string | undefined {
  const { final_page_content: words } = json as { final_page_content: string }
  return Object.entries(WORDS).find(([, part]) => words.includes(part))?.[0]
}

function activate(cookie: string, language: Language) {
  const headers = { Cookie: cookie, ...speaking(language) }
  return pair.proxy.post('/enrollment/activate_user', { password: PASSWORD }, headers)
}

async function languageOf(username: string): Promise<unknown> {
  const [row] = await pair.query('select language from "user" where username = $1', [username])
  return row?.language
}

it('writes to a person in the language of their page', async () => {
  const { cookie, shown } = await start(await pair.invite('zofia'), 'pl')
  expect(shown).toBe('pl')
  await activate(cookie, 'pl')
  expect((await pair.core.mail('zofia@example.com', WORDS.pl)).subject).toMatch(/^Witaj w /)
  expect(await languageOf('zofia')).toBe('pl')
})

it('follows a page that changes its language until the account is there', async () => {
  const token = await pair.invite('klara')
  const { cookie } = await start(token, 'en')
  await activate(cookie, 'de')
  await pair.core.mail('klara@example.com', WORDS.de)
  expect(await languageOf('klara')).toBe('de')
  expect((await start(token, 'pl')).shown).toBe('pl')
  expect(await languageOf('klara')).toBe('de')
})

it('leaves the language of the mails to the admin who has chosen it', async () => {
  await pair.core.createUser('dieter', { language: 'de' })
  const { token } = await pair.core.invite('dieter')
  const { cookie, shown } = await start(token, 'pl')
  expect(shown).toBe('pl')
  await activate(cookie, 'pl')
  await pair.core.mail('dieter@example.com', WORDS.de)
  expect(await languageOf('dieter')).toBe('de')
})

it('shows the words again in another language, and changes nothing by showing them', async () => {
  const { cookie } = await start(await pair.invite('greta'), 'pl')
  const headers = { Cookie: cookie, ...speaking('de') }
  const { json } = await pair.proxy.get('/api/v1/enrollment/session', headers)
  expect(shownIn(json)).toBe('de')
  expect(await languageOf('greta')).toBe('pl')
})

it('shows a client that names no language what the person’s is', async () => {
  const token = await pair.invite('app')
  await start(token, 'pl')
  expect(shownIn((await pair.start(token)).json)).toBe('pl')
})
