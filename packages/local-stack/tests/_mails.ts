import type { StackInfo } from '../src/stack-info.js'
import { waitFor } from './_wait.js'

export interface CaughtMail {
  readonly to: readonly { readonly address: string }[]
  readonly subject: string
  readonly text: string
  readonly html?: string
}

/** Resolves with the first mail to this address that has the text in it, when it has come. */
export function readMail(
  { mailApi }: Pick<StackInfo, 'mailApi'>,
  address: string,
  text: string | RegExp,
): Promise<CaughtMail> {
  return waitFor(`a mail to ${address} with ${text}`, async () => {
    const mails = (await (await fetch(`${mailApi}/email`)).json()) as CaughtMail[]
    return mails.find(
      (mail) => mail.to.some((to) => to.address === address) && mail.text.search(text) >= 0,
    )
  })
}
