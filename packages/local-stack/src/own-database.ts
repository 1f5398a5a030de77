import type { AdminAccount } from './admin-account.js'
import type { KeptGateway } from './gateway-token.js'
import type { FoundDatabase } from './inspect-database.js'
import type { SampleInvitation } from './samples.js'
import type { StateFolder } from './state-folder.js'

/** What the stack has made in a database and cannot read back from it. */
interface DatabaseRecord {
  readonly admin?: AdminAccount
  readonly invitation?: SampleInvitation
  readonly gateway?: KeptGateway
}

const FILE = 'databases.json'

/** The record of one database among those that this state folder has been used with. */
export class OwnDatabase {
  private constructor(
    private readonly state: StateFolder,
    private readonly identity: string,
  ) {}

  /** A database on the stack's own server. */
  static adopt(state: StateFolder, found: FoundDatabase): OwnDatabase {
    return new OwnDatabase(state, found.identity)
  }

  /**
   * Claims a database on the operator's server, before anything is written to it.
   * @throws Error with a sentence when it holds something that is not from this stack
   */
  static claim(state: StateFolder, found: FoundDatabase): OwnDatabase {
    const own = new OwnDatabase(state, found.identity)
    if (!found.isEmpty && !own.#readAll()[found.identity]) {
      throw new Error(
        'The database is not empty and was not filled by this local stack, so no samples go into it; nothing was changed. Name an empty one with DATABASE_URL, or unset it to use the built-in PostgreSQL.',
      )
    }
    own.save({})
    return own
  }

  read(): DatabaseRecord {
    return this.#readAll()[this.identity] ?? {}
  }

  save(change: DatabaseRecord): void {
    const record = { ...this.read(), ...change }
    this.state.write(FILE, { ...this.#readAll(), [this.identity]: record })
  }

  #readAll(): Record<string, DatabaseRecord | undefined> {
    return this.state.read(FILE) ?? {}
  }
}
