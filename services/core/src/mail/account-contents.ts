import type { Composers } from './blocks.js'
import { known, notYou } from './facts.js'
import { formatInstant, formatSpan } from './format.js'
import { MAIL_TEXTS } from './texts.js'

/** What tells people of their own account, so that a thief does not stay unseen. */
export const ACCOUNT_CONTENTS: Composers<
  'new_device' | 'mfa_code' | 'mfa_enabled' | 'password_reset' | 'password_changed'
> = {
  new_device(variables, language) {
    const { contact, newDevice: texts } = MAIL_TEXTS[language]
    return {
      subject: texts.subject(variables.deviceName),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(variables.instanceName) },
        {
          type: 'facts',
          facts: [
            { label: texts.device, value: variables.deviceName },
            ...variables.locations.map((location) => ({
              label: texts.location(location.name),
              value: location.addresses.join(', '),
            })),
            { label: texts.addedAt, value: formatInstant(variables.addedAt, language) },
            ...known(texts.clientAddress, variables.clientAddress),
            ...known(texts.clientDevice, variables.clientDevice),
            { label: texts.publicKey, value: variables.publicKey, isCode: true },
          ],
        },
        ...notYou(variables.tell, texts, contact),
      ],
    }
  },

  mfa_code(variables, language) {
    const { contact, mfaCode: texts } = MAIL_TEXTS[language]
    return {
      subject: texts.subject(variables.instanceName),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(variables.instanceName) },
        {
          type: 'facts',
          facts: [
            { label: texts.code, value: variables.code, isCode: true, isLarge: true },
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
      subject: texts.subject(variables.instanceName),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(variables.instanceName) },
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
    const { instanceName: instance } = variables
    return {
      subject: texts.subject(instance),
      blocks: [
        { type: 'heading', text: texts.heading(variables.firstName) },
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
    const { instanceName: instance } = variables
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
}
