import type { Messages } from '../en.js'

export const password: Messages['password'] = {
  title: 'Ustaw hasło',
  intro: 'Używa się go razem z loginem. Dobre hasło to kilka niepowiązanych ze sobą słów.',
  login: 'Login',
  password: 'Nowe hasło',
  repeat: 'Powtórz hasło',
  show: 'Pokaż wpisany tekst',
  hide: 'Ukryj wpisany tekst',
  strength: {
    weak: 'Siła hasła: mała. Wydłuż je.',
    fair: 'Siła hasła: średnia. Trochę dłuższe byłoby lepsze.',
    good: 'Siła hasła: duża.',
    strong: 'Siła hasła: bardzo duża.',
  },
  noStrength: 'Siła hasła',
  rules: 'Jakie musi być hasło',
  ruleLength: 'Co najmniej 8 znaków',
  ruleMaximum: 'Najwyżej 128 znaków',
  rulePersonal: 'Inne niż Twoje imię i nazwisko, adres e-mail czy nazwa firmy',
  ruleSame: 'Takie samo w obu polach',
  ruleMet: 'spełnione',
  ruleUnmet: 'jeszcze niespełnione',
  tooShort: 'Użyj co najmniej 8 znaków.',
  refusedShort: 'Według zasad tej firmy jest za krótkie. Wydłuż je.',
  tooLong: 'Użyj najwyżej 128 znaków.',
  personal: 'To Twoje imię lub nazwisko, adres e-mail albo nazwa firmy. Wybierz inne hasło.',
  common: 'To jedno z najczęstszych haseł, sprawdzanych przy atakach jako pierwsze. Wybierz inne.',
  different: 'Hasła nie są takie same.',
  mfaMissing:
    'W aplikacji rozpoczęto konfigurację drugiego składnika logowania. Dokończ ją tam albo zacznij od nowa z linku.',
  titleDone: 'Hasło jest ustawione',
  done: 'Twoje konto jest gotowe. Hasło możesz zmienić później, ale nie tutaj.',
  alreadyActivated:
    'Twoje konto zostało już skonfigurowane w innym oknie lub w aplikacji. Obowiązuje hasło ustawione tam; wpisane przed chwilą nie zostało użyte.',
}
