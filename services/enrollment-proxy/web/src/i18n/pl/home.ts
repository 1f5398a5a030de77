import type { Messages } from '../en.js'

export const home: Messages['home'] = {
  intro: 'Co chcesz zrobić?',
  enroll: 'Zarejestruj się',
  reset: 'Zresetuj hasło',
  resetText: 'Dla osób, które mają konto i nie pamiętają hasła.',
  connectTitle: (instance: string) => `Połącz urządzenie z ${instance}`,
  connectTitleUnnamed: 'Połącz urządzenie',
  connectText: 'Z tym linkiem dodasz do swojego konta komputer lub telefon.',
}
