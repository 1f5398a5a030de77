import type { Language } from '../domain/language.js'
import { markdownToHtml, markdownToText } from '../domain/markdown.js'
import { formatCount, formatInstant, formatSpan, oneLine } from './format.js'
import type { Contact, MailKind, MailVariables } from './messages.js'
import { MAIL_TEXTS, type MailTexts } from './texts.js'

export interface Fact {
  readonly label: string
  readonly value: string
  /** To be copied or compared, not read. */
  readonly isCode?: boolean
}

/** A piece of a mail, before it becomes HTML or plain text. All texts are plain unless they say so. */
export type Block =
  | { readonly type: 'heading'; readonly text: string }
  | { readonly type: 'title'; readonly text: string }
  | { readonly type: 'paragraph'; readonly text: string }
  | {
      readonly type: 'button'
      readonly label: string
      readonly url: string
      /** Introduces the address in full, for those whose mail program shows no button. */
      readonly otherwise?: string
    }
  /** A code to scan, with the words for those who do not see it. */
  | { readonly type: 'qr'; readonly payload: string; readonly alt: string }
  | { readonly type: 'facts'; readonly facts: readonly Fact[] }
  /** Somebody's own words, of several lines, which are never markup. */
  | { readonly type: 'quote'; readonly text: string }
  | { readonly type: 'markdown'; readonly safeHtml: string; readonly text: string }

export interface Content {
  readonly subject: string
  readonly blocks: readonly Block[]
}

/** A client's description of itself may be of any length. */
const VALUE_MAX_LENGTH = 300

type Compose<Kind extends MailKind> = (
  variables: MailVariables[Kind],
  language: Language,
) => Content

/** What stands in each kind of mail. Every date and span comes from the variables. */
export const CONTENTS: { readonly [Kind in MailKind]: Compose<Kind> } = {
  enrollment_invitation(variables, language) {
    const { contact, invitation: texts } = MAIL_TEXTS[language]
    const invitedBy = oneLine(variables.invitedBy.name)
    const instance = oneLine(variables.instanceName)
    return {
      subject: texts.subject(instance),
      blocks: [
        { type: 'heading', text: texts.heading(oneLine(variables.firstName)) },
        { type: 'paragraph', text: texts.intro(invitedBy, instance) },
        {
          type: 'facts',
          facts: [
            { label: texts.validUntil, value: formatInstant(variables.validUntil, language) },
            { label: texts.timeToFinish, value: formatSpan(variables.sessionMs, language) },
          ],
        },
        { type: 'paragraph', text: texts.timeHint },
        { type: 'title', text: texts.browserTitle },
        {
          type: 'button',
          label: texts.browserButton,
          url: variables.url,
          otherwise: texts.browserLink,
        },
        { type: 'title', text: texts.appTitle },
        { type: 'paragraph', text: texts.appHint },
        { type: 'button', label: texts.appButton, url: variables.deepLink },
        { type: 'paragraph', text: texts.appManual },
        {
          type: 'facts',
          facts: [
            { label: texts.instanceUrl, value: variables.instanceUrl, isCode: true },
            { label: texts.token, value: variables.token, isCode: true },
          ],
        },
        { type: 'title', text: texts.contactTitle },
        { type: 'facts', facts: waysToReach(variables.invitedBy, contact) },
        { type: 'title', text: texts.notExpectedTitle },
        { type: 'paragraph', text: texts.notExpected(invitedBy) },
      ],
    }
  },

  desktop_activation(variables, language) {
    const { contact, invitation, desktopActivation: texts } = MAIL_TEXTS[language]
    const invitedBy = oneLine(variables.invitedBy.name)
    const instance = oneLine(variables.instanceName)
    return {
      subject: texts.subject(instance),
      blocks: [
        { type: 'heading', text: invitation.heading(oneLine(variables.firstName)) },
        { type: 'paragraph', text: texts.intro(invitedBy, instance) },
        {
          type: 'facts',
          facts: [
            { label: invitation.validUntil, value: formatInstant(variables.validUntil, language) },
            { label: invitation.timeToFinish, value: formatSpan(variables.sessionMs, language) },
          ],
        },
        { type: 'title', text: texts.computerTitle },
        { type: 'paragraph', text: invitation.appHint },
        { type: 'button', label: invitation.appButton, url: variables.deepLink },
        { type: 'paragraph', text: invitation.appManual },
        {
          type: 'facts',
          facts: [
            { label: invitation.instanceUrl, value: variables.instanceUrl, isCode: true },
            { label: invitation.token, value: variables.token, isCode: true },
          ],
        },
        { type: 'title', text: texts.phoneTitle },
        { type: 'paragraph', text: texts.phoneHint },
        { type: 'qr', payload: variables.qr, alt: texts.qrCode },
        { type: 'title', text: invitation.contactTitle },
        { type: 'facts', facts: waysToReach(variables.invitedBy, contact) },
        { type: 'title', text: invitation.notExpectedTitle },
        { type: 'paragraph', text: invitation.notExpected(invitedBy) },
      ],
    }
  },

  welcome({ subject, markdown }) {
    const block = { safeHtml: markdownToHtml(markdown), text: markdownToText(markdown) }
    return { subject, blocks: [{ type: 'markdown', ...block }] }
  },

  enrollment_completed(variables, language) {
    const texts = MAIL_TEXTS[language].enrollmentCompleted
    const name = oneLine(variables.name)
    return {
      subject: texts.subject(name),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(name) },
        {
          type: 'facts',
          facts: [
            { label: texts.name, value: name },
            { label: texts.username, value: variables.username },
            { label: texts.completedAt, value: formatInstant(variables.completedAt, language) },
            { label: texts.devices, value: formatCount(variables.deviceCount, language) },
          ],
        },
      ],
    }
  },

  new_device(variables, language) {
    const { contact, newDevice: texts } = MAIL_TEXTS[language]
    const { tell } = variables
    const name = oneLine(variables.deviceName)
    return {
      subject: texts.subject(name),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(oneLine(variables.instanceName)) },
        {
          type: 'facts',
          facts: [
            { label: texts.device, value: name },
            ...variables.locations.map((location) => ({
              label: texts.location(oneLine(location.name)),
              value: location.addresses.join(', '),
            })),
            { label: texts.addedAt, value: formatInstant(variables.addedAt, language) },
            ...known(texts.clientAddress, variables.clientAddress),
            ...known(texts.clientDevice, variables.clientDevice),
            { label: texts.publicKey, value: variables.publicKey, isCode: true },
          ],
        },
        ...notYou(tell, texts, contact),
      ],
    }
  },

  mfa_code(variables, language) {
    const { contact, mfaCode: texts } = MAIL_TEXTS[language]
    return {
      subject: texts.subject(oneLine(variables.instanceName)),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(oneLine(variables.instanceName)) },
        {
          type: 'facts',
          facts: [
            { label: texts.code, value: variables.code, isCode: true },
            { label: texts.validFor, value: formatSpan(variables.validMs, language) },
          ],
        },
        ...notYou(variables.tell, texts, contact),
      ],
    }
  },

  mfa_enabled(variables, language) {
    const { contact, mfaEnabled: texts } = MAIL_TEXTS[language]
    const methods = variables.methods.map((method) => texts.methods[method])
    return {
      subject: texts.subject(oneLine(variables.instanceName)),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(oneLine(variables.instanceName)) },
        {
          type: 'facts',
          facts: [
            { label: texts.method, value: methods.join(', ') },
            { label: texts.enabledAt, value: formatInstant(variables.enabledAt, language) },
          ],
        },
        ...notYou(variables.tell, texts, contact),
      ],
    }
  },

  password_reset(variables, language) {
    const texts = MAIL_TEXTS[language].passwordReset
    const instance = oneLine(variables.instanceName)
    return {
      subject: texts.subject(instance),
      blocks: [
        { type: 'heading', text: texts.heading(oneLine(variables.firstName)) },
        { type: 'paragraph', text: texts.intro(instance) },
        { type: 'button', label: texts.button, url: variables.url, otherwise: texts.link },
        {
          type: 'facts',
          facts: [
            { label: texts.validUntil, value: formatInstant(variables.validUntil, language) },
            { label: texts.timeToFinish, value: formatSpan(variables.sessionMs, language) },
          ],
        },
        { type: 'title', text: texts.notYouTitle },
        { type: 'paragraph', text: texts.notYou },
      ],
    }
  },

  password_changed(variables, language) {
    const { contact, passwordChanged: texts } = MAIL_TEXTS[language]
    const instance = oneLine(variables.instanceName)
    return {
      subject: texts.subject(instance),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(instance) },
        {
          type: 'facts',
          facts: [
            { label: texts.username, value: variables.username },
            { label: texts.changedAt, value: formatInstant(variables.changedAt, language) },
          ],
        },
        ...notYou(variables.tell, texts, contact),
      ],
    }
  },

  mistake_reported(variables, language) {
    const texts = MAIL_TEXTS[language].mistakeReported
    const name = oneLine(variables.name)
    return {
      subject: texts.subject(name),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(name) },
        { type: 'quote', text: variables.note },
        { type: 'title', text: texts.dataTitle },
        {
          type: 'facts',
          facts: [
            ...dataOf(variables, language),
            { label: texts.reportedAt, value: formatInstant(variables.reportedAt, language) },
          ],
        },
        { type: 'paragraph', text: texts.unchanged },
      ],
    }
  },

  new_link_requested(variables, language) {
    const texts = MAIL_TEXTS[language].newLinkRequested
    const name = oneLine(variables.name)
    return {
      subject: texts.subject(name),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(name) },
        {
          type: 'facts',
          facts: [
            ...dataOf(variables, language),
            { label: texts.requestedAt, value: formatInstant(variables.requestedAt, language) },
          ],
        },
        { type: 'title', text: texts.howTitle },
        {
          type: 'facts',
          facts: [
            {
              label: texts.command,
              value: `defguard-admin enrollment resend ${variables.tokenId}`,
              isCode: true,
            },
          ],
        },
        { type: 'paragraph', text: texts.notSure },
      ],
    }
  },
}

/** A person as on record, for an admin. */
function dataOf(person: Contact & { readonly username: string }, language: Language): Fact[] {
  const { contact, enrollmentCompleted } = MAIL_TEXTS[language]
  return [
    { label: enrollmentCompleted.name, value: oneLine(person.name) },
    { label: enrollmentCompleted.username, value: person.username },
    ...known(contact.email, person.email),
    ...known(contact.phone, person.phone),
  ]
}

/** What to do about something that the person did not do themselves. */
function notYou(
  tell: Contact | undefined,
  texts: Pick<MailTexts['newDevice'], 'notYouTitle' | 'notYou' | 'tell'>,
  labels: MailTexts['contact'],
): Block[] {
  return [
    { type: 'title', text: texts.notYouTitle },
    { type: 'paragraph', text: tell ? texts.tell(oneLine(tell.name)) : texts.notYou },
    ...(tell ? [{ type: 'facts', facts: waysToReach(tell, labels) } as const] : []),
  ]
}

function waysToReach(contact: Contact, labels: MailTexts['contact']): Fact[] {
  return [
    { label: labels.name, value: oneLine(contact.name) },
    ...known(labels.email, contact.email),
    ...known(labels.phone, contact.phone),
  ]
}

/** No label stands without its value. */
function known(label: string, value: string | undefined): Fact[] {
  const text = oneLine(value ?? '').slice(0, VALUE_MAX_LENGTH)
  return text === '' ? [] : [{ label, value: text }]
}
