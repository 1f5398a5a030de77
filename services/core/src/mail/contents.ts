import { markdownToHtml, markdownToText } from '../domain/markdown.js'
import { ACCOUNT_CONTENTS } from './account-contents.js'
import { ADMIN_CONTENTS } from './admin-contents.js'
import type { Composers } from './blocks.js'
import { GATEWAY_CONTENTS } from './gateway-contents.js'
import { INVITATION_CONTENTS } from './invitation-contents.js'
import type { MailKind } from './messages.js'

/** What stands in each kind of mail. */
export const CONTENTS: Composers<MailKind> = {
  ...INVITATION_CONTENTS,
  ...ACCOUNT_CONTENTS,
  ...ADMIN_CONTENTS,
  ...GATEWAY_CONTENTS,

  welcome({ subject, markdown }) {
    const block = { safeHtml: markdownToHtml(markdown), text: markdownToText(markdown) }
    return { subject, blocks: [{ type: 'markdown', ...block }] }
  },
}

/** Every kind there is. */
export const MAIL_KINDS = Object.keys(CONTENTS) as readonly MailKind[]
