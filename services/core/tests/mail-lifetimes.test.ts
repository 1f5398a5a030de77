import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CoreConfig } from '../src/config.js'
import { HOUR_MS, MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import { BY_MAIL } from './_mfa.js'

/** How a person of each language reads of a token's life, a session's and a code's. */
interface Words {
  readonly token: string
  readonly session: string
  readonly reset: string
  readonly resetSession: string
  readonly code: string
}

const INSTALLATIONS: readonly {
  readonly name: string
  readonly config: Partial<CoreConfig>
  /** Of the invitation's token; 0 for the configured life. */
  readonly seconds: number
  readonly words: Readonly<Record<'en' | 'pl' | 'de', Words>>
}[] = [
  {
    name: 'as it comes',
    config: {},
    seconds: 0,
    words: {
      en: {
        token: 'Start before: Friday, 2 January 2026 at 00:00 UTC',
        session: 'Time to finish once started: 10 minutes',
        reset: 'Start before: Friday, 2 January 2026 at 00:00 UTC',
        resetSession: 'Time to finish once started: 10 minutes',
        code: 'Valid for: 5 minutes',
      },
      pl: {
        token: 'Rozpocznij przed: piątek, 2 stycznia 2026 00:00 UTC',
        session: 'Czas na dokończenie od rozpoczęcia: 10 minut',
        reset: 'Rozpocznij przed: piątek, 2 stycznia 2026 00:00 UTC',
        resetSession: 'Czas na dokończenie od rozpoczęcia: 10 minut',
        code: 'Ważny przez: 5 minut',
      },
      de: {
        token: 'Beginnen Sie vor: Freitag, 2. Januar 2026 um 00:00 UTC',
        session: 'Zeit ab dem Beginn: 10 Minuten',
        reset: 'Beginnen Sie vor: Freitag, 2. Januar 2026 um 00:00 UTC',
        resetSession: 'Zeit ab dem Beginn: 10 Minuten',
        code: 'Gültig für: 5 Minuten',
      },
    },
  },
  {
    name: 'with other lifetimes',
    config: {
      sessionTimeoutMs: 15 * MINUTE_MS,
      mfaCodeTimeoutMs: MINUTE_MS,
      passwordReset: { tokenTimeoutMs: 5 * HOUR_MS, sessionTimeoutMs: 62 * MINUTE_MS },
    },
    seconds: 7200,
    words: {
      en: {
        token: 'Start before: Thursday, 1 January 2026 at 02:00 UTC',
        session: 'Time to finish once started: 15 minutes',
        reset: 'Start before: Thursday, 1 January 2026 at 05:00 UTC',
        resetSession: 'Time to finish once started: 1 hour 2 minutes',
        code: 'Valid for: 1 minute',
      },
      pl: {
        token: 'Rozpocznij przed: czwartek, 1 stycznia 2026 02:00 UTC',
        session: 'Czas na dokończenie od rozpoczęcia: 15 minut',
        reset: 'Rozpocznij przed: czwartek, 1 stycznia 2026 05:00 UTC',
        resetSession: 'Czas na dokończenie od rozpoczęcia: 1 godzina 2 minuty',
        code: 'Ważny przez: 1 minuta',
      },
      de: {
        token: 'Beginnen Sie vor: Donnerstag, 1. Januar 2026 um 02:00 UTC',
        session: 'Zeit ab dem Beginn: 15 Minuten',
        reset: 'Beginnen Sie vor: Donnerstag, 1. Januar 2026 um 05:00 UTC',
        resetSession: 'Zeit ab dem Beginn: 1 Stunde 2 Minuten',
        code: 'Gültig für: 1 Minute',
      },
    },
  },
]

const PASSWORD = 'correct horse battery'

describe.each(INSTALLATIONS)('an installation $name', ({ config, seconds, words }) => {
  let core: TestCore
  beforeAll(async () => {
    core = await startTestCore(config)
  })
  afterAll(() => core.stop())

  const people = Object.entries(words) as ['en' | 'pl' | 'de', Words][]

  it.each(people)(
    'tells people in %s how long links, sessions and codes are good',
    async (language, expected) => {
      await createUser(`new-${language}`, language)
      const { token } = await core.invite(`new-${language}`, {
        send_email: true,
        expires_in_seconds: seconds,
      })
      const invitation = await lines(`new-${language}@example.com`, token)
      expect(invitation).toEqual(expect.arrayContaining([expected.token, expected.session]))

      const { session_secret } = await core.start(token)
      await core.clients.enrollment.startMfaSetup({ session_secret, method: BY_MAIL })
      const code = await lines(`new-${language}@example.com`, expected.code)
      expect(code).toEqual(expect.arrayContaining([expected.code]))

      await createUser(`old-${language}`, language, PASSWORD)
      await core.requestReset(`old-${language}@example.com`)
      const reset = await lines(`old-${language}@example.com`, 'password-reset#token=')
      expect(reset).toEqual(expect.arrayContaining([expected.reset, expected.resetSession]))
    },
  )

  async function createUser(username: string, language: string, password?: string) {
    await core.clients.users.createUser({
      request_id: '',
      username,
      email: `${username}@example.com`,
      first_name: 'Jo',
      last_name: 'Doe',
      phone: undefined,
      language,
      groups: [],
      password,
      invitation: undefined,
    })
  }

  async function lines(recipient: string, part: string): Promise<string[]> {
    return (await core.mail(recipient, part)).text.split('\n')
  }
})
