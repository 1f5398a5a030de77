import type { Messages } from '../en.js'

export const password: Messages['password'] = {
  title: 'Wählen Sie Ihr Passwort',
  intro:
    'Sie verwenden es zusammen mit Ihrem Login. Ein paar Wörter ohne Zusammenhang ergeben ein gutes Passwort.',
  login: 'Login',
  password: 'Neues Passwort',
  repeat: 'Passwort wiederholen',
  show: 'Eingabe anzeigen',
  hide: 'Eingabe verbergen',
  strength: {
    weak: 'Stärke: schwach. Machen Sie es länger.',
    fair: 'Stärke: mittel. Etwas länger wäre besser.',
    good: 'Stärke: gut.',
    strong: 'Stärke: sehr gut.',
  },
  noStrength: 'Stärke',
  rules: 'Was Ihr Passwort braucht',
  ruleLength: 'Mindestens 8 Zeichen',
  ruleMaximum: 'Höchstens 128 Zeichen',
  rulePersonal: 'Nicht Ihr Name, Ihre E-Mail-Adresse oder der Name des Unternehmens',
  ruleSame: 'In beiden Feldern gleich',
  ruleMet: 'erfüllt',
  ruleUnmet: 'noch nicht erfüllt',
  tooShort: 'Bitte verwenden Sie mindestens 8 Zeichen.',
  refusedShort: 'Für die Regeln dieses Unternehmens ist es zu kurz. Bitte machen Sie es länger.',
  tooLong: 'Bitte verwenden Sie höchstens 128 Zeichen.',
  personal:
    'Es ist Ihr Name, Ihre E-Mail-Adresse oder der Name des Unternehmens. Bitte wählen Sie ein anderes.',
  common:
    'Es ist eines der häufigsten Passwörter, die bei Angriffen zuerst probiert werden. Bitte wählen Sie ein anderes.',
  different: 'Die beiden Passwörter sind nicht gleich.',
  titleDone: 'Ihr Passwort ist gesetzt',
  done: 'Ihr Konto ist bereit. Das Passwort können Sie später ändern, aber nicht hier.',
  alreadyActivated:
    'Ihr Konto wurde schon in einem anderen Fenster oder in der App eingerichtet. Es gilt das Passwort von dort; das eben eingegebene wurde nicht verwendet.',
}
