import { readableLine } from '../domain/readable.js'
import type { Block, Content } from './blocks.js'
import { DEFAULT_ACCENT } from './colours.js'
import { CONTENTS } from './contents.js'
import { toHtml } from './html.js'
import { logoAttachment, type MailAttachment } from './logo.js'
import type { MailKind, MailVariables, OutgoingMail } from './messages.js'
import { toPlainText } from './plain-text.js'
import { qrAttachment } from './qr-code.js'
import { readable, toHeader } from './readable.js'
import { MAIL_TEXTS } from './texts.js'

/** How the company's mails look. */
export interface Branding {
  readonly instanceName: string
  /** Such as `#0b5fff`. */
  readonly accentColor?: string
  /** A data: URL. */
  readonly logo?: string
}

export interface RenderedMail {
  readonly senderName: string
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly attachments: readonly MailAttachment[]
}

const SUBJECT_MAX_LENGTH = 200
const PREVIEW_MAX_LENGTH = 200

export function renderMail(mail: OutgoingMail, branding: Branding): RenderedMail {
  const { subject: wanted, blocks } = contentOf(mail)
  const subject = [...toHeader(wanted)].slice(0, SUBJECT_MAX_LENGTH).join('')
  const instanceName = readableLine(branding.instanceName)
  const footer = MAIL_TEXTS[mail.language].sentBy(instanceName)
  const logo = branding.logo === undefined ? undefined : logoAttachment(branding.logo)
  const html = toHtml(blocks, {
    language: mail.language,
    subject,
    preview: previewOf(blocks),
    instanceName,
    footer,
    accent: branding.accentColor ?? DEFAULT_ACCENT,
    logoCid: logo?.cid,
  })
  const codes = blocks.flatMap((block) =>
    block.type === 'qr' ? [qrAttachment(block.payload)] : [],
  )
  const attachments = [...(logo ? [logo] : []), ...codes]
  const text = toPlainText(blocks, footer)
  return { senderName: toHeader(instanceName), subject, html, text, attachments }
}

/** What lists of mails show beside the subject: the first sentences, not the greeting. */
function previewOf(blocks: readonly Block[]): string {
  for (const block of blocks) {
    if (block.type === 'paragraph') return block.text
    if (block.type === 'markdown') return firstParagraph(block.text).slice(0, PREVIEW_MAX_LENGTH)
  }
  return ''
}

/** Of a plain text in which headings are underlined. */
function firstParagraph(text: string): string {
  return text.split('\n\n').find((part) => !/\n[=-]+$/.test(part)) ?? ''
}

function contentOf<Kind extends MailKind>(mail: OutgoingMail & { readonly kind: Kind }): Content {
  const compose = CONTENTS[mail.kind] as (
    variables: MailVariables[Kind],
    language: OutgoingMail['language'],
  ) => Content
  return compose(readable(mail.variables as MailVariables[Kind]), mail.language)
}
