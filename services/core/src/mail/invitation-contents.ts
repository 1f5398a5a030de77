import type { Language } from '../domain/language.js'
import type { Block, Composers } from './blocks.js'
import { waysToReach } from './facts.js'
import { formatInstant, formatSpan } from './format.js'
import type { MailVariables } from './messages.js'
import { MAIL_TEXTS } from './texts.js'

/** What brings somebody a token. */
export const INVITATION_CONTENTS: Composers<
  'enrollment_invitation' | 'enrollment_reminder' | 'desktop_activation'
> = {
  enrollment_invitation(variables, language) {
    const texts = MAIL_TEXTS[language].invitation
    const { instanceName: instance, invitedBy } = variables
    return {
      subject: texts.subject(instance),
      blocks: [
        { type: 'heading', text: texts.heading(variables.firstName) },
        { type: 'paragraph', text: texts.intro(invitedBy.name, instance) },
        timeLeft(variables, language),
        { type: 'paragraph', text: texts.timeHint },
        ...bothWays(variables, language),
      ],
    }
  },

  enrollment_reminder(variables, language) {
    const { invitation, reminder: texts } = MAIL_TEXTS[language]
    const { instanceName: instance, invitedBy } = variables
    return {
      subject: texts.subject(instance),
      blocks: [
        { type: 'heading', text: invitation.heading(variables.firstName) },
        { type: 'paragraph', text: texts.intro(invitedBy.name, instance) },
        timeLeft(variables, language),
        { type: 'paragraph', text: texts.afterwards(invitedBy.name) },
        ...bothWays(variables, language),
      ],
    }
  },

  desktop_activation(variables, language) {
    const { invitation, desktopActivation: texts } = MAIL_TEXTS[language]
    const { instanceName: instance, invitedBy } = variables
    return {
      subject: texts.subject(instance),
      blocks: [
        { type: 'heading', text: invitation.heading(variables.firstName) },
        { type: 'paragraph', text: texts.intro(invitedBy.name, instance) },
        timeLeft(variables, language),
        { type: 'title', text: texts.computerTitle },
        ...inTheApp(variables, language),
        { type: 'title', text: texts.phoneTitle },
        { type: 'paragraph', text: texts.phoneHint },
        { type: 'qr', payload: variables.qr, alt: texts.qrCode },
        ...whoInvited(variables, language),
      ],
    }
  },
}

type Invitation = MailVariables['enrollment_invitation'] | MailVariables['desktop_activation']

/** In the browser and in the app, and what else an invitation ends with. */
function bothWays(variables: MailVariables['enrollment_invitation'], language: Language): Block[] {
  const texts = MAIL_TEXTS[language].invitation
  const { url } = variables
  return [
    { type: 'title', text: texts.browserTitle },
    { type: 'button', label: texts.browserButton, url, otherwise: texts.browserLink },
    { type: 'title', text: texts.appTitle },
    ...inTheApp(variables, language),
    ...whoInvited(variables, language),
  ]
}

function timeLeft({ validUntil, sessionMs }: Invitation, language: Language): Block {
  const texts = MAIL_TEXTS[language].invitation
  return {
    type: 'facts',
    facts: [
      { label: texts.validUntil, value: formatInstant(validUntil, language) },
      { label: texts.timeToFinish, value: formatSpan(sessionMs, language) },
    ],
  }
}

function inTheApp({ deepLink, instanceUrl, token }: Invitation, language: Language): Block[] {
  const texts = MAIL_TEXTS[language].invitation
  return [
    { type: 'paragraph', text: texts.appHint },
    { type: 'button', label: texts.appButton, url: deepLink },
    { type: 'paragraph', text: texts.appManual },
    {
      type: 'facts',
      facts: [
        { label: texts.instanceUrl, value: instanceUrl, isCode: true },
        { label: texts.token, value: token, isCode: true },
      ],
    },
  ]
}

function whoInvited({ invitedBy }: Invitation, language: Language): Block[] {
  const { contact, invitation: texts } = MAIL_TEXTS[language]
  return [
    { type: 'title', text: texts.contactTitle },
    { type: 'facts', facts: waysToReach(invitedBy, contact) },
    { type: 'title', text: texts.notExpectedTitle },
    { type: 'paragraph', text: texts.notExpected(invitedBy.name) },
  ]
}
