import type { Messages } from '../en.js'

export const resetDeadEnd: Messages['resetDeadEnd'] = {
  token_mistyped: {
    title: 'Dieser Link ist nicht vollständig',
    text: 'Ein Zeichen fehlt oder ist verändert. Bitte öffnen Sie den Link in der E-Mail noch einmal, oder kopieren Sie ihn ganz.',
  },
  token_unknown: {
    title: 'Dieser Link ist hier nicht bekannt',
    text: 'Vielleicht wurde er in der E-Mail abgeschnitten, oder er ist alt. Bitte öffnen Sie ihn noch einmal, oder fordern Sie einen neuen an.',
  },
  token_used: {
    title: 'Dieser Link wurde schon benutzt',
    text: 'Seine Zeit ist vorbei. Wenn Sie damit ein neues Passwort gesetzt haben, gilt dieses. Wenn nicht, fordern Sie einen neuen Link an.',
  },
  token_expired: {
    title: 'Dieser Link ist abgelaufen',
    text: 'Er gilt nur für begrenzte Zeit und wurde nicht rechtzeitig benutzt. Ihr Passwort hat sich nicht geändert.',
  },
  token_revoked: {
    title: 'Dieser Link wurde zurückgezogen',
    text: 'Meist gibt es an seiner Stelle einen neueren: Suchen Sie die neueste E-Mail. Wenn es keine gibt, fordern Sie einen neuen Link an.',
  },
  wrong_token_kind: {
    title: 'Dieser Link ist für etwas anderes',
    text: 'Er ist gültig, aber nicht für ein neues Passwort. Bitte suchen Sie die richtige E-Mail, oder fordern Sie einen neuen Link an.',
  },
  session_over: {
    title: 'Die Zeit ist um',
    text: 'Damit Ihr Konto sicher bleibt, muss das neue Passwort in begrenzter Zeit gesetzt werden. Wenn das nicht geschehen ist, gilt weiter das alte.',
  },
  user_disabled: {
    title: 'Dieses Konto kann nicht benutzt werden',
    text: 'Es ist abgeschaltet, oder es wurde nie vollständig eingerichtet. Bitte fragen Sie Ihre Administration.',
  },
}
