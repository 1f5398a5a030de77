import type { Db } from '../db/database.js'
import type { Settings } from '../db/schema.js'
import * as users from '../db/users.js'
import type { Contact } from '../mail/messages.js'

interface Person {
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly phone: string | null
}

export function personContact(person: Person): Contact {
  return {
    name: `${person.firstName} ${person.lastName}`,
    email: person.email,
    phone: person.phone ?? undefined,
  }
}

/** Whom everybody may ask, if the instance names somebody. */
export function supportContact(settings: Settings): Contact | undefined {
  const { supportContactName, supportContactEmail, supportContactPhone } = settings
  if (!supportContactName && !supportContactEmail && !supportContactPhone) return undefined
  return {
    name: supportContactName ?? settings.instanceName,
    email: supportContactEmail ?? undefined,
    phone: supportContactPhone ?? undefined,
  }
}

/** Whom a person tells of what they did not do: support, else the admin who issued their token. */
export async function whomToTell(
  db: Db,
  issuedBy: number | null,
  settings: Settings,
): Promise<Contact | undefined> {
  const support = supportContact(settings)
  if (support || issuedBy === null) return support
  const issuer = await users.findById(db, issuedBy)
  return issuer && personContact(issuer)
}
