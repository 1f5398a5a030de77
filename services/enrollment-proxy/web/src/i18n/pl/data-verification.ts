import type { Messages } from '../en.js'

export const data: Messages['data'] = {
  title: 'Sprawdź swoje dane',
  intro: 'Te dane pochodzą od administratora. Numer telefonu możesz poprawić tutaj.',
  introDone: 'Oto, co o Tobie wiemy.',
  firstName: 'Imię',
  lastName: 'Nazwisko',
  login: 'Login',
  email: 'E-mail',
  phone: 'Telefon',
  phoneHint:
    'Z numerem kierunkowym kraju, na przykład +48 600 100 200. Możesz zostawić to pole puste.',
  phoneInvalid:
    'Numer telefonu składa się z cyfr, spacji i znaków + - ( ) . / i ma najwyżej 64 znaki.',
  phoneRefused: 'Ten numer telefonu nie został przyjęty. Popraw go albo zostaw pole puste.',
  noPhone: 'brak',
  wrong: 'Coś się nie zgadza?',
  wrongSubject: (login: string) => `Moje dane się nie zgadzają (${login})`,
}
