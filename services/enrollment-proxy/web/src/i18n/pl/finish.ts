import type { Messages } from '../en.js'

export const finish: Messages['finish'] = {
  title: (name: string) => `Wszystko gotowe, ${name}`,
  subtitle: 'Możesz już korzystać ze swojego konta.',
  message: (instance: string) => `Wiadomość od ${instance}`,
  whatNext: 'Co dalej',
  login: (login: string) => `Twój login to ${login}. Hasło zachowaj dla siebie.`,
  connect: (device: string) =>
    `Zaimportuj konfigurację urządzenia „${device}” do aplikacji WireGuard i włącz połączenie.`,
  apps: 'Dołącz aplikację Defguard',
  appsText: 'Dopóki jest czas, możesz połączyć także komputer lub telefon.',
  computer: 'Na komputerze',
  computerText: 'Aplikacja sama skonfiguruje wszystkie lokalizacje VPN.',
  openApp: 'Otwórz aplikację Defguard',
  phone: 'Na telefonie',
  phoneText: 'W aplikacji mobilnej dodaj instancję („Add instance”), a potem zeskanuj ten kod.',
  qr: 'Kod QR dla aplikacji mobilnej Defguard',
  byHand: 'Wpisz dane ręcznie',
  getApp: 'Pobierz aplikację Defguard',
  openLinkAgain:
    'Aby połączyć kolejne urządzenie, otwórz jeszcze raz link z zaproszenia, dopóki jest czas.',
  questions: 'Pytania?',
}
