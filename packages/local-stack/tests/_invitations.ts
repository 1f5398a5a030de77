import pg from 'pg'
import type { StackInfo } from '../src/stack-info.js'
import { runCliJson } from './_cli.js'

export interface Invitation {
  readonly username: string
  readonly email: string
  readonly token: string
  /** The mailed link. */
  readonly url: string
}

/** Makes a person and mails them an invitation, as an admin does it. */
export async function invite(info: StackInfo, firstName: string): Promise<Invitation> {
  const username = firstName.toLowerCase()
  const email = `${username}@example.com`
  const names = ['--username', username, '--first-name', firstName, '--last-name', 'Lovelace']
  const { invitation } = await runCliJson<{ invitation: { token: string; url: string } }>(
    info,
    ...['user', 'create', '--invite', '--email', email, ...names],
  )
  return { username, email, token: invitation.token, url: invitation.url }
}

/** How far the newest link of a person is. */
export async function stateOf(info: StackInfo, username: string): Promise<string | undefined> {
  const list = ['enrollment', 'list', '--user', username]
  const [newest] = await runCliJson<{ state: string }[]>(info, ...list)
  return newest?.state
}

/** Lets the time of a person's link pass: that to begin in, or that of a session which has begun. */
export async function letTimePass(
  { databaseUrl }: StackInfo,
  username: string,
  column: 'expires_at' | 'session_deadline',
): Promise<void> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    await client.query(
      `update enrollment_token set ${column} = now() - interval '1 second'
       where user_id = (select id from "user" where username = $1)`,
      [username],
    )
  } finally {
    await client.end()
  }
}
