import type { Language } from '../domain/language.js'
import type { Block, Fact } from './blocks.js'
import type { Contact } from './messages.js'
import { MAIL_TEXTS, type MailTexts } from './texts.js'

/** A person as on record, for an admin. */
export function dataOf(
  person: Contact & { readonly username: string },
  language: Language,
): Fact[] {
  const { contact, enrollmentCompleted } = MAIL_TEXTS[language]
  return [
    { label: enrollmentCompleted.name, value: person.name },
    { label: enrollmentCompleted.username, value: person.username },
    ...known(contact.email, person.email),
    ...known(contact.phone, person.phone),
  ]
}

/** What to do about something that the person did not do themselves. */
export function notYou(
  tell: Contact | undefined,
  texts: Pick<MailTexts['newDevice'], 'notYouTitle' | 'notYou' | 'tell'>,
  labels: MailTexts['contact'],
): Block[] {
  return [
    { type: 'title', text: texts.notYouTitle },
    { type: 'paragraph', text: tell ? texts.tell(tell.name) : texts.notYou },
    ...(tell ? [{ type: 'facts', facts: waysToReach(tell, labels) } as const] : []),
  ]
}

export function waysToReach(contact: Contact, labels: MailTexts['contact']): Fact[] {
  return [
    { label: labels.name, value: contact.name },
    ...known(labels.email, contact.email),
    ...known(labels.phone, contact.phone),
  ]
}

/** No label stands without its value. */
export function known(label: string, value: string | undefined): Fact[] {
  return value ? [{ label, value }] : []
}
