/** What the browser keeps under a name. One that forbids storage simply forgets. */
export class Memory {
  constructor(
    private readonly key: string,
    /** Asked for each time, because a browser may refuse even to name it. */
    private readonly storage: () => Storage,
  ) {}

  read(): string | undefined {
    try {
      return this.storage().getItem(this.key) ?? undefined
    } catch {
      return undefined
    }
  }

  keep(text: string | undefined): void {
    try {
      if (text === undefined) this.storage().removeItem(this.key)
      else this.storage().setItem(this.key, text)
    } catch {
      // The page works without; only a reload begins anew.
    }
  }
}

// Apart, so that a tab that asks for a new password in between comes back to its enrollment.
export const enrollmentMemory = new Memory('defguard-enrollment-1', () => sessionStorage)
export const passwordResetMemory = new Memory('defguard-password-reset-1', () => sessionStorage)
/** For all tabs, and for the next visit. */
export const languageMemory = new Memory('defguard-language', () => localStorage)
