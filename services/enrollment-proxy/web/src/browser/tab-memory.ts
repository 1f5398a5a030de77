/** What a tab keeps over a reload, under a name. A browser that forbids storage simply forgets. */
export class TabMemory {
  constructor(private readonly key: string) {}

  read(): string | undefined {
    try {
      return sessionStorage.getItem(this.key) ?? undefined
    } catch {
      return undefined
    }
  }

  keep(text: string | undefined): void {
    try {
      if (text === undefined) sessionStorage.removeItem(this.key)
      else sessionStorage.setItem(this.key, text)
    } catch {
      // The page works without; only a reload begins anew.
    }
  }
}

// Apart, so that a tab that asks for a new password in between comes back to its enrollment.
export const enrollmentMemory = new TabMemory('defguard-enrollment-1')
export const passwordResetMemory = new TabMemory('defguard-password-reset-1')
