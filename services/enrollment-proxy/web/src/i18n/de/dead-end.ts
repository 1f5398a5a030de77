import type { Messages } from '../en.js'

export const deadEnd: Messages['deadEnd'] = {
  token_unknown: {
    title: 'Dieser Link ist hier nicht bekannt',
    text: 'Vielleicht wurde er in der E-Mail abgeschnitten. Bitte öffnen Sie ihn noch einmal, oder kopieren Sie das ganze Token.',
  },
  token_used: {
    title: 'Dieser Link wurde schon benutzt',
    text: 'Seine Zeit ist vorbei. Wenn Sie Ihre Registrierung abgeschlossen haben, ist alles gut und nichts mehr zu tun. Wenn nicht, bitten Sie um einen neuen Link.',
  },
  token_expired: {
    title: 'Dieser Link ist abgelaufen',
    text: 'Eine Einladung gilt nur für begrenzte Zeit, und diese wurde nicht rechtzeitig benutzt. Bitte lassen Sie sich einen neuen Link geben.',
  },
  token_revoked: {
    title: 'Dieser Link wurde zurückgezogen',
    text: 'Meist gibt es an seiner Stelle eine neuere Einladung: Suchen Sie die neueste E-Mail. Wenn es keine gibt, bitten Sie um einen neuen Link.',
  },
  wrong_token_kind: {
    title: 'Dieser Link ist für etwas anderes',
    text: 'Das Token ist gültig, aber nicht für eine Registrierung. Bitte suchen Sie Ihre Einladung.',
  },
  session_over: {
    title: 'Die Zeit ist um',
    text: 'Damit Ihr Konto sicher bleibt, muss eine Registrierung in begrenzter Zeit abgeschlossen werden. Was Sie erledigt haben, bleibt; für den Rest bitten Sie um einen neuen Link.',
  },
  user_disabled: {
    title: 'Ihr Konto ist abgeschaltet',
    text: 'Ihre Administration hat es gesperrt, deshalb geht die Registrierung nicht weiter. Bitte fragen Sie dort nach.',
  },
  whom: 'Diese Person kann Ihnen helfen:',
  whomUnknown: 'Bitte wenden Sie sich an die Person, die Sie eingeladen hat.',
  otherToken: 'Anderes Token eingeben',
}
