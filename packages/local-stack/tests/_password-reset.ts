import { CoreApi } from '@defguard/local-stack/core-api'
import { AuthServiceService as Auth } from '@defguard/proto/admin/v1/auth'
import { PasswordResetServiceService as PasswordReset } from '@defguard/proto/enrollment/v1/password_reset'
import pg from 'pg'
import type { StackInfo } from '../src/stack-info.js'
import { runCli, runCliWithInput } from './_cli.js'
import { readMail } from './_mails.js'

export interface Account {
  readonly username: string
  readonly email: string
  readonly password: string
}

/** Somebody who can log in, as an admin adds them. */
export async function createAccount(info: StackInfo, firstName: string): Promise<Account> {
  const username = firstName.toLowerCase()
  const email = `${username}@example.com`
  const password = `${firstName} had a little lamb`
  const names = ['--username', username, '--first-name', firstName, '--last-name', 'Byron']
  const options = ['--email', email, '--password-stdin', ...names]
  const { code, stderr } = await runCliWithInput(info, password, 'user', 'create', ...options)
  if (code !== 0) throw new Error(stderr)
  return { username, email, password }
}

/** Whether `defguard-admin login` takes the password. */
export async function canLogIn(
  info: StackInfo,
  { username }: Pick<Account, 'username'>,
  password: string,
): Promise<boolean> {
  const account = { ...info, adminUsername: username, adminPassword: password }
  return (await runCli(account, 'whoami')).code === 0
}

/** A login of the person that lasts; `isLive` tells whether core still knows it. */
export async function logIn(info: StackInfo, { username, password }: Account) {
  const core = CoreApi.of(info)
  const { session_secret } = await core.call(Auth.login, { login: username, password })
  core.useSession(session_secret)
  return {
    isLive: () =>
      core.call(Auth.whoAmI, {}).then(
        () => true,
        () => false,
      ),
    close: () => core.close(),
  }
}

/** Asks for a link without the page, where only so many may be asked for a minute. */
export async function mailedLink(info: StackInfo, account: Account): Promise<string> {
  const core = CoreApi.of(info, 'proxy')
  try {
    await core.call(PasswordReset.requestPasswordReset, { email: account.email })
  } finally {
    core.close()
  }
  return readLink(info, account)
}

export async function readLink(info: StackInfo, { email }: Account): Promise<string> {
  const { text } = await readMail(info, email, LINK)
  return LINK.exec(text)?.[0] ?? ''
}

const LINK = /http\S+password-reset#token=dgr_\w+/

/** What core knows of the newest link of a person; as a statement may change it, to let time pass. */
export async function resetToken(
  { databaseUrl }: StackInfo,
  username: string,
  change = 'set user_id = user_id',
): Promise<{ readonly started_at: Date | null } | undefined> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    const { rows } = await client.query(
      `update password_reset_token ${change}
       where user_id = (select id from "user" where username = $1) returning started_at`,
      [username],
    )
    return rows.at(-1)
  } finally {
    await client.end()
  }
}
