import type { Messages } from '../en.js'
import { plural } from '../format.js'

export const vpn: Messages['vpn'] = {
  title: 'Połącz urządzenie z VPN',
  intro:
    'Dodaj do VPN to lub inne swoje urządzenie. Potem połączysz się dowolną aplikacją WireGuard.',
  introOptional: 'Ten krok jest opcjonalny: możesz go pominąć.',
  deviceName: 'Nazwa urządzenia',
  deviceNameHint: 'Po niej rozpoznasz je później.',
  deviceNameInvalid: 'Wpisz nazwę, która ma najwyżej 100 znaków.',
  deviceNameTaken: 'Masz już urządzenie o tej nazwie. Wybierz inną.',
  keys: 'Klucze',
  generate: 'Wygeneruj parę kluczy',
  generateDetail: 'Powstanie w tej przeglądarce. Klucz prywatny nigdy nie opuszcza tej strony.',
  own: 'Użyj własnego klucza publicznego',
  ownDetail: 'Dla osób, które mają już własną parę kluczy WireGuard.',
  publicKey: 'Klucz publiczny',
  publicKeyInvalid: 'Klucz publiczny WireGuard ma 44 znaki i kończy się znakiem „=”.',
  publicKeyRefused: 'Tego klucza nie można użyć. Utwórz nową parę kluczy.',
  add: 'Dodaj urządzenie',
  required: 'Najpierw dodaj urządzenie.',
  skip: 'Pomiń krok',
  deviceLimit:
    'Na to zaproszenie nie można dodać więcej urządzeń. Możesz przejść dalej; jeśli potrzebujesz kolejnego, poproś administratora.',
  locationFull:
    'W jednej z Twoich lokalizacji VPN nie ma wolnego adresu, więc urządzenie nie zostało dodane. Możesz przejść dalej; daj znać administratorowi.',
  adminOnly:
    'W tej firmie urządzenia dodają tylko administratorzy. Możesz przejść dalej; poproś administratora o dodanie urządzenia.',
  titleAdded: (device: string) => `Urządzenie „${device}” jest gotowe`,
  introAdded: (locations: number) =>
    plural('pl', locations, {
      one: 'Zeskanuj kod aplikacją WireGuard na telefonie albo pobierz plik i go zaimportuj.',
      few: `Masz ${locations} lokalizacje VPN, każdą z własną konfiguracją. Zeskanuj kody aplikacją WireGuard na telefonie albo pobierz pliki i je zaimportuj.`,
      other: `Masz ${locations} lokalizacji VPN, każdą z własną konfiguracją. Zeskanuj kody aplikacją WireGuard na telefonie albo pobierz pliki i je zaimportuj.`,
    }),
  warning: 'Zapisz konfigurację teraz',
  warningText:
    'Zawiera Twój klucz prywatny, który istnieje tylko na tej stronie. Po zamknięciu lub odświeżeniu strony klucz zniknie i trzeba będzie dodać urządzenie od nowa. Nikomu jej nie pokazuj.',
  ownKeyText: 'W konfiguracji wstaw swój klucz prywatny w miejsce YOUR_PRIVATE_KEY.',
  downloadAll: 'Pobierz wszystkie w pliku ZIP',
  download: (file: string) => `Pobierz ${file}`,
  copyConfigOf: (location: string) => `Kopiuj konfigurację lokalizacji ${location}`,
  showQr: (location: string) => `Kod QR lokalizacji ${location}`,
  qr: (location: string) => `Kod QR konfiguracji WireGuard lokalizacji ${location}`,
  qrHint: 'Aplikacja WireGuard → „+” → skanowanie kodu QR',
  address: 'Adres',
  endpoint: 'Serwer',
  another: 'Dodaj kolejne urządzenie',
  noLocations: 'Urządzenie zostało dodane',
  noLocationsText:
    'Nie masz jeszcze żadnej lokalizacji VPN, więc na razie nie ma czego konfigurować. Administrator może dać Ci dostęp później; wtedy dodasz urządzenie jeszcze raz.',
  lost: (device: string) =>
    `Urządzenie „${device}” zostało dodane przed odświeżeniem tej strony. Jego klucz prywatny zniknął razem z nią; jeśli konfiguracja nie jest zapisana, dodaj urządzenie jeszcze raz pod inną nazwą.`,
  wireguard: 'Nie masz jeszcze aplikacji WireGuard?',
  wireguardLink: 'Pobierz ją z wireguard.com',
}
