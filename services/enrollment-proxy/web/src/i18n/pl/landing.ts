import type { Messages } from '../en.js'

export const landing: Messages['landing'] = {
  invited: (instance: string) => `Masz zaproszenie do ${instance}`,
  invitedUnnamed: 'Masz zaproszenie',
  whatHappens: 'Tutaj skonfigurujesz swoje konto. Zajmie to około trzech minut:',
  stepData: 'Sprawdź, co o Tobie wiemy',
  stepPassword: 'Wybierz hasło',
  stepVpn: 'Połącz urządzenie z VPN, jeśli Twoja firma to tutaj oferuje',
  clock:
    'Od chwili rozpoczęcia czas jest ograniczony, aby Twoje konto było bezpieczne. Na razie nic się nie zaczęło.',
  begin: 'Rozpocznij',
  useApp: 'Użyj aplikacji Defguard',
  title: (instance: string) => `Witaj w ${instance}`,
  paste:
    'Do rejestracji potrzebny jest token z zaproszenia. Zwykle wystarczy otworzyć link z wiadomości; jeśli to nie działa, wklej token tutaj.',
  token: 'Token rejestracji',
  tokenHint: 'Jest w wiadomości z zaproszeniem i zaczyna się od dge_. Możesz też wkleić cały link.',
  proceed: 'Dalej',
  tokenMissing: 'Wklej token z wiadomości z zaproszeniem.',
  tokenMistyped:
    'Ten token jest niekompletny: brakuje znaku albo jakiś się zmienił. Skopiuj go jeszcze raz z wiadomości, od pierwszego do ostatniego znaku.',
  tokenForeign:
    'To nie wygląda na token rejestracji: taki token zaczyna się od dge_ i ma 42 znaki.',
  tokenOtherKind:
    'Ten token służy do czegoś innego. Poszukaj wiadomości z zaproszeniem do rejestracji.',
  haveAccount: 'Masz już konto?',
  forgotPassword: 'Nie pamiętasz hasła?',
}
