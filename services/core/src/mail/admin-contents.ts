import type { Composers } from './blocks.js'
import { dataOf } from './facts.js'
import { formatCount, formatInstant } from './format.js'
import { MAIL_TEXTS } from './texts.js'

/** What tells admins of those whom they invited, and whether mail works. */
export const ADMIN_CONTENTS: Composers<
  'enrollment_completed' | 'mistake_reported' | 'new_link_requested' | 'test'
> = {
  enrollment_completed(variables, language) {
    const texts = MAIL_TEXTS[language].enrollmentCompleted
    const { name } = variables
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

  mistake_reported(variables, language) {
    const texts = MAIL_TEXTS[language].mistakeReported
    const { name } = variables
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
    const { name } = variables
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

  test(variables, language) {
    const texts = MAIL_TEXTS[language].test
    const { instanceName, server } = variables
    return {
      subject: texts.subject(instanceName),
      blocks: [
        { type: 'heading', text: texts.heading },
        { type: 'paragraph', text: texts.intro(instanceName) },
        {
          type: 'facts',
          facts: [
            { label: texts.server, value: server },
            { label: texts.sentAt, value: formatInstant(variables.sentAt, language) },
          ],
        },
      ],
    }
  },
}
