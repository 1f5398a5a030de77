/** A part of the mail that its HTML shows by `cid:`. */
export interface MailAttachment {
  readonly cid: string
  readonly filename: string
  readonly contentType: string
  readonly content: Buffer
}

const LOGO_CID = 'logo@defguard'

/** The instance's logo as a part of the mail, so that reading it fetches nothing. */
export function logoAttachment(dataUrl: string): MailAttachment | undefined {
  const [, type, content] = /^data:image\/(png|jpeg|webp);base64,(.+)$/.exec(dataUrl) ?? []
  if (type === undefined || content === undefined) return undefined
  return {
    cid: LOGO_CID,
    filename: `logo.${type}`,
    contentType: `image/${type}`,
    content: Buffer.from(content, 'base64'),
  }
}
