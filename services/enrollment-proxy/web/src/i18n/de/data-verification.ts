import type { Messages } from '../en.js'

export const data: Messages['data'] = {
  title: 'Prüfen Sie Ihre Daten',
  intro: 'Das hat Ihre Administration eingetragen. Ihre Telefonnummer können Sie hier berichtigen.',
  introDone: 'Das wissen wir über Sie.',
  firstName: 'Vorname',
  lastName: 'Nachname',
  login: 'Login',
  email: 'E-Mail',
  phone: 'Telefon',
  phoneHint: 'Mit Landesvorwahl, zum Beispiel +49 30 23125 000. Sie können das Feld leer lassen.',
  phoneInvalid:
    'Eine Telefonnummer hat nur Ziffern, Leerzeichen und + - ( ) . / und höchstens 64 Zeichen.',
  phoneRefused:
    'Diese Telefonnummer wurde nicht angenommen. Bitte berichtigen Sie sie, oder lassen Sie das Feld leer.',
  noPhone: 'keine',
  wrong: 'Stimmt etwas nicht?',
  wrongSubject: (login: string) => `Meine Daten stimmen nicht (${login})`,
}
