const KEY = 'defguard-enrollment-1'

/** What this tab kept over a reload. A browser that forbids storage simply forgets. */
export function readKept(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined
  } catch {
    return undefined
  }
}

export function keep(text: string | undefined): void {
  try {
    if (text === undefined) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, text)
  } catch {
    // The page works without; only a reload begins anew.
  }
}
