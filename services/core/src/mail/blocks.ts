import type { Language } from '../domain/language.js'
import type { MailKind, MailVariables } from './messages.js'

export interface Fact {
  readonly label: string
  readonly value: string
  /** To be copied or compared, not read. */
  readonly isCode?: boolean
  /** To be read here and typed there: what the mail is about. */
  readonly isLarge?: boolean
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

/**
 * Makes the content of a kind of mail from variables that are readable already. Every date and span
 * comes from them.
 */
export type Compose<Kind extends MailKind> = (
  variables: MailVariables[Kind],
  language: Language,
) => Content

export type Composers<Kinds extends MailKind> = { readonly [Kind in Kinds]: Compose<Kind> }
