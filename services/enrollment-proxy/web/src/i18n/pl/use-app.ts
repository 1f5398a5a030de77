import type { Messages } from '../en.js'

export const useApp: Messages['useApp'] = {
  title: 'Rejestracja w aplikacji Defguard',
  titleEnrolled: 'Dodaj aplikację Defguard',
  install: 'Zainstaluj aplikację',
  installText: 'Pomiń ten krok, jeśli już ją masz. Nie ma pośpiechu: czas jeszcze nie biegnie.',
  installTextRunning: 'Pomiń ten krok, jeśli już ją masz.',
  download: 'Pobierz aplikację Defguard',
  open: 'Otwórz w niej zaproszenie',
  openText:
    'Przeglądarka zapyta, czy otworzyć aplikację, a ta od razu wie wszystko, czego potrzebuje.',
  openButton: 'Otwórz aplikację Defguard',
  byHand:
    'Jeśli nic się nie dzieje, dodaj w aplikacji instancję („Add instance”) i wpisz te dwie wartości:',
  instanceUrl: 'Adres URL instancji',
  token: 'Token',
  tokenGone:
    'Dla Twojego bezpieczeństwa ta strona nie przechowuje już tokenu. Otwórz jeszcze raz link z zaproszenia, aby go zobaczyć.',
  follow: 'Wróć tutaj',
  followText:
    'Gdy aplikacja będzie otwarta, naciśnij ten przycisk: strona zauważy, kiedy wszystko będzie gotowe.',
  followButton: 'Aplikacja jest otwarta',
  followClock: 'Od tej chwili biegnie Twój czas, chyba że biegnie już od otwarcia aplikacji.',
  waiting: 'Czekamy na aplikację. Ta strona sama zauważy, kiedy wszystko będzie gotowe.',
  done: 'Gotowe! Aplikacja skonfigurowała Twoje konto.',
  doneText: 'Hasło jest ustawione. Przejdź dalej, aby przeczytać, co teraz.',
  addedText: (device: string) => `Aplikacja połączyła urządzenie „${device}”.`,
  added: 'Gotowe! Nowe urządzenie jest połączone.',
}
