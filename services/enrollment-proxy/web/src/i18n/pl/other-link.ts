import type { Messages } from '../en.js'

export const otherLink: Messages['otherLink'] = {
  resetTitle: 'Ten link służy do ustawienia nowego hasła',
  reset: 'To nie jest zaproszenie: z nim ustawisz nowe hasło do konta, które już masz.',
  toReset: 'Ustaw nowe hasło',
  deviceTitle: 'Ten token jest dla urządzenia sieciowego',
  device:
    'Łączy urządzenie, które działa samodzielnie, na przykład serwer lub router. Używa się go tam w programie wiersza poleceń „dg”:',
  command: 'Polecenie',
  deviceHint: 'Jeśli to Ty chcesz się zarejestrować, poszukaj wiadomości z zaproszeniem.',
  enterOther: 'Wpisz inny token',
}
