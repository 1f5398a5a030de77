import type { Messages } from '../en.js'

export const reset: Messages['reset'] = {
  what: 'Passwort zurücksetzen',
  askTitle: 'Passwort vergessen?',
  askIntro:
    'Geben Sie die E-Mail-Adresse Ihres Kontos ein. Wir senden Ihnen einen Link, mit dem Sie ein neues wählen.',
  email: 'E-Mail-Adresse',
  emailHint: 'Die, unter der Ihr Unternehmen Sie kennt.',
  emailInvalid: 'Bitte geben Sie eine E-Mail-Adresse ein, zum Beispiel anna@example.com.',
  ask: 'Link anfordern',
  askedTitle: 'Sehen Sie in Ihre E-Mails',
  asked:
    'Wenn es ein Konto mit dieser Adresse gibt, ist eine E-Mail unterwegs. Öffnen Sie den Link darin, um ein neues Passwort zu wählen.',
  askedFor: 'Adresse',
  noMail: 'Keine E-Mail?',
  noMailWait: 'Es kann einige Minuten dauern. Bitte sehen Sie auch im Spam-Ordner nach.',
  noMailAddress:
    'Vielleicht hat Ihr Konto eine andere Adresse. Zu Ihrer Sicherheit können wir hier nicht sagen, ob es diese hat.',
  otherAddress: 'Adresse noch einmal eingeben',
  beginTitle: 'Wählen Sie ein neues Passwort',
  beginIntro: (instance: string) =>
    `Mit diesem Link setzen Sie ein neues Passwort für Ihr Konto bei ${instance}. Bis dahin gilt das alte.`,
  begin: 'Beginnen',
  notYou: 'Sie haben das nicht angefordert? Dann schließen Sie diese Seite: Es ändert sich nichts.',
  newTitle: 'Ihr neues Passwort',
  newIntro: 'Ein paar Wörter ohne Zusammenhang ergeben ein gutes Passwort.',
  change: 'Neues Passwort setzen',
  changedTitle: 'Ihr neues Passwort ist gesetzt',
  changed: 'Das alte gilt nicht mehr, und überall, wo Sie angemeldet waren, wurden Sie abgemeldet.',
  changedSignIn: 'Verwenden Sie von jetzt an das neue Passwort zusammen mit Ihrem Login.',
  changedDevices: 'Ihre VPN-Geräte bleiben verbunden.',
  changedClose: 'Sie können diese Seite schließen.',
  invitationTitle: 'Das ist eine Einladung',
  invitation:
    'Dieser Link setzt kein neues Passwort: Mit ihm richten Sie Ihr Konto zum ersten Mal ein.',
  toEnrollment: 'Zur Registrierung',
  newLink: 'Neuen Link anfordern',
  offTitle: 'Passwörter werden hier nicht zurückgesetzt',
  off: 'Ihr Unternehmen hat diese Seite abgeschaltet. Ein neues Passwort erhalten Sie von Ihrer Administration.',
  whomUnknown: 'Bitte wenden Sie sich an Ihre Administration.',
}
