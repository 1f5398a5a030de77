import type { Messages } from '../en.js'

export const help: Messages['help'] = {
  askForLink: 'Um einen neuen Link bitten',
  asked: 'Erledigt. Sie können diese Seite schließen.',
  askedText: (admin: string | undefined) =>
    `Wenn dieser Link echt war, weiß ${admin ?? 'die Person, die Sie eingeladen hat,'} jetzt Bescheid und kann Ihnen einen neuen schicken. Bitte sehen Sie später in Ihre E-Mails.`,
  tryAgain: 'Noch einmal versuchen',
  tryAgainText:
    'Sobald Ihr Konto wieder freigeschaltet ist, können Sie mit diesem Link weitermachen.',
  enrolled: 'Ihr Konto ist bereit',
  enrolledText: (login: string) =>
    `Sie können sich als ${login} mit Ihrem Passwort anmelden. Für ein weiteres Gerät bitten Sie Ihre Administration um einen Link.`,
  readOn: 'Lesen, wie es weitergeht',
  late: 'Ihre Zeit ist um, aber dieses Gerät wurde rechtzeitig hinzugefügt',
  lateText:
    'Speichern Sie seine Konfiguration, bevor Sie weitergehen: Es gibt sie nur auf dieser Seite.',
}
