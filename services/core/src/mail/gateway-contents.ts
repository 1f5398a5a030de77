import type { Language } from '../domain/language.js'
import type { Block, Composers, Content, Fact } from './blocks.js'
import { known } from './facts.js'
import { formatInstant } from './format.js'
import type { MailVariables } from './messages.js'
import { MAIL_TEXTS, type MailTexts } from './texts.js'

/** What tells admins of gateways that are gone, and back. */
export const GATEWAY_CONTENTS: Composers<'gateway_disconnected' | 'gateway_reconnected'> = {
  gateway_disconnected(variables, language) {
    const { gatewayDisconnected: texts, gateway: labels } = MAIL_TEXTS[language]
    return contentOf(variables, texts, language, ({ goneAt, tokenExpiredAt }) => [
      { label: labels.goneSince, value: formatInstant(goneAt, language) },
      ...known(
        labels.token,
        tokenExpiredAt && labels.tokenExpired(formatInstant(tokenExpiredAt, language)),
      ),
    ])
  },

  gateway_reconnected(variables, language) {
    const { gatewayReconnected: texts, gateway: labels } = MAIL_TEXTS[language]
    return contentOf(variables, texts, language, ({ goneAt, backAt }) => [
      { label: labels.goneSince, value: formatInstant(goneAt, language) },
      { label: labels.backSince, value: formatInstant(backAt, language) },
    ])
  },
}

function contentOf<
  Outage extends MailVariables['gateway_reconnected' | 'gateway_disconnected']['gateways'][number],
>(
  { gateways, more }: { readonly gateways: readonly Outage[]; readonly more: number },
  texts: MailTexts['gatewayDisconnected'],
  language: Language,
  times: (outage: Outage) => Fact[],
): Content {
  const labels = MAIL_TEXTS[language].gateway
  const [first] = gateways
  const isOne = first !== undefined && gateways.length + more === 1
  const blocks = gateways.flatMap((outage): Block[] => [
    { type: 'title', text: outage.name },
    {
      type: 'facts',
      facts: [
        { label: labels.location, value: outage.location },
        ...known(labels.hostname, outage.hostname),
        ...times(outage),
      ],
    },
  ])
  return {
    subject: isOne
      ? texts.subject(first.name, first.location)
      : texts.subjectOfMany(gateways.length + more),
    blocks: [
      { type: 'heading', text: texts.heading },
      { type: 'paragraph', text: texts.intro },
      ...blocks,
      ...(more > 0 ? [{ type: 'paragraph', text: labels.more(more) } as const] : []),
    ],
  }
}
