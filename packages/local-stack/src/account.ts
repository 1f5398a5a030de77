import { execFileSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** A user of this machine, by number. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

const CANDIDATES = ['postgres', 'nobody', 'daemon']
const ID_MAX = 2 ** 31 - 1 // spawn takes signed 32 bits; some systems number `nobody` above that

/**
 * Accounts that PostgreSQL, which refuses to be root, may run as, best first. Empty when we are not
 * root ourselves: then it runs as we do.
 */
export function listUnprivilegedAccounts(): Account[] {
  return CANDIDATES.flatMap((name) => {
    const uid = askId('-u', name)
    const gid = askId('-g', name)
    return uid === undefined || gid === undefined ? [] : [{ uid, gid }]
  })
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** Whether the account can enter the folder and all folders above it. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  const { mode, uid, gid } = await stat(folder)
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  if ((mode & bit) === 0) return false
  const parent = dirname(resolve(folder))
  return parent === folder || canEnter(account, parent)
}

function askId(what: '-u' | '-g', name: string): number | undefined {
  try {
    const text = execFileSync('id', [what, name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const id = Number(text)
    return id > 0 && id <= ID_MAX ? id : undefined
  } catch {
    return undefined // no such account here
  }
}
