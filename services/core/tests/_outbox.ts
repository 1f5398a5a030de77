import type { Mail, MailState } from '@defguard/proto/admin/v1/mail'
import { type TestCore, waitFor } from './_core.js'

export const ANY = { page: undefined, state: 0, kind: '', recipient: '', token_id: 0 }

/** The mails to somebody as admins see them, newest first, without those that remind of another. */
export async function mailsTo(core: TestCore, recipient: string): Promise<Mail[]> {
  const { mails } = await core.clients.mails.listMails({ ...ANY, recipient })
  return mails.filter(({ kind }) => kind !== 'enrollment_reminder')
}

/** Waits until the newest mail to somebody is in this state. */
export function mailInState(core: TestCore, recipient: string, state: MailState): Promise<Mail> {
  return waitFor(async () => {
    const [mail] = await mailsTo(core, recipient)
    return mail?.state === state ? mail : undefined
  })
}

/** Invites somebody by a mail that ends like this; the server takes mail again afterwards. */
export async function invitedInVain(
  core: TestCore,
  username: string,
  failure: Error,
  state: MailState,
): Promise<Mail> {
  await core.createUser(username)
  core.transport.failure = failure
  await core.invite(username, { send_email: true })
  const mail = await mailInState(core, `${username}@example.com`, state)
  core.transport.failure = undefined
  return mail
}
