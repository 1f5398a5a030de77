import type { MailTexts } from './texts.js'

export const TEXTS_PL: MailTexts = {
  contact: { name: 'Kontakt', email: 'E-mail', phone: 'Telefon' },
  invitation: {
    subject: (instance) => `Zaproszenie do ${instance}`,
    heading: (firstName) => `Cześć ${firstName},`,
    intro: (invitedBy, instance) =>
      `masz zaproszenie do ${instance}. Zaprasza: ${invitedBy}. Sprawdź swoje dane, ustaw hasło i połącz pierwsze urządzenie: w przeglądarce albo w aplikacji Defguard.`,
    validUntil: 'Rozpocznij przed',
    timeToFinish: 'Czas na dokończenie od rozpoczęcia',
    timeHint:
      'Samo otwarcie linku niczego nie rozpoczyna: czas biegnie od naciśnięcia przycisku rozpoczęcia.',
    browserTitle: 'W przeglądarce',
    browserButton: 'Skonfiguruj moje konto',
    browserLink: 'Jeśli przycisk nie działa, otwórz ten link:',
    appTitle: 'W aplikacji Defguard',
    appButton: 'Otwórz w aplikacji',
    appHint: 'Na komputerze z zainstalowaną aplikacją:',
    appManual: 'Albo dodaj instancję w aplikacji i wpisz te dwie wartości:',
    instanceUrl: 'Adres URL instancji',
    token: 'Token',
    contactTitle: 'Pytania?',
    notExpectedTitle: 'To nie do Ciebie?',
    notExpected: (invitedBy) =>
      `Nie otwieraj linku i zawiadom osobę, która wysłała zaproszenie (${invitedBy}). Link jest tylko dla Ciebie: nie przekazuj go dalej.`,
  },
  reminder: {
    subject: (instance) => `Zaproszenie do ${instance} wkrótce wygaśnie`,
    intro: (invitedBy, instance) =>
      `masz zaproszenie do ${instance} (zaprasza: ${invitedBy}), ale rejestracja jeszcze się nie zaczęła. Twój link nadal działa:`,
    afterwards: (invitedBy) =>
      `Później przestanie działać. O nowy link możesz poprosić osobę, która Cię zaprosiła (${invitedBy}).`,
  },
  desktopActivation: {
    subject: (instance) => `Dodaj urządzenie do ${instance}`,
    intro: (invitedBy, instance) =>
      `${invitedBy} przesyła Ci token, którym w aplikacji Defguard dodasz urządzenie do swojego konta w ${instance}.`,
    computerTitle: 'Na komputerze',
    phoneTitle: 'Na telefonie',
    phoneHint: 'Dodaj instancję w aplikacji Defguard i zeskanuj ten kod:',
    qrCode: 'Kod QR dla aplikacji Defguard',
  },
  enrollmentCompleted: {
    subject: (name) => `Rejestracja zakończona: ${name}`,
    heading: 'Rejestracja zakończona',
    intro: (name) => `Zaproszona przez Ciebie osoba (${name}) ma już hasło i może się łączyć.`,
    name: 'Imię i nazwisko',
    username: 'Login',
    completedAt: 'Zakończono',
    devices: 'Urządzenia',
  },
  newDevice: {
    subject: (deviceName) => `Nowe urządzenie: ${deviceName}`,
    heading: 'Nowe urządzenie',
    intro: (instance) => `Do Twojego konta w ${instance} dodano urządzenie.`,
    device: 'Urządzenie',
    publicKey: 'Klucz publiczny',
    location: (name) => `Adresy w lokalizacji ${name}`,
    addedAt: 'Dodano',
    clientAddress: 'Z adresu',
    clientDevice: 'Za pomocą',
    notYouTitle: 'To nie Ty?',
    notYou: 'Natychmiast zawiadom administratora.',
    tell: (name) => `Natychmiast zawiadom: ${name}.`,
  },
  passwordReset: {
    subject: (instance) => `Zmiana hasła w ${instance}`,
    heading: (firstName) => `Cześć ${firstName},`,
    intro: (instance) =>
      `ktoś poprosił o nowe hasło do Twojego konta w ${instance}. Za pomocą tego linku ustawisz je samodzielnie:`,
    button: 'Ustaw nowe hasło',
    link: 'Jeśli przycisk nie działa, otwórz ten link:',
    validUntil: 'Rozpocznij przed',
    timeToFinish: 'Czas na dokończenie od rozpoczęcia',
    notYouTitle: 'To nie Ty?',
    notYou: 'Zignoruj tę wiadomość: Twoje hasło się nie zmieni. Nie przekazuj linku dalej.',
  },
  passwordChanged: {
    subject: (instance) => `Zmieniono Twoje hasło w ${instance}`,
    heading: 'Hasło zmienione',
    intro: (instance) =>
      `Twoje konto w ${instance} ma nowe hasło. Tam, gdzie trwało zalogowanie, trzeba zalogować się ponownie; urządzenia pozostają połączone.`,
    username: 'Login',
    changedAt: 'Zmieniono',
    notYouTitle: 'To nie Ty?',
    notYou: 'Natychmiast zawiadom administratora.',
    tell: (name) => `Natychmiast zawiadom: ${name}.`,
  },
  mfaCode: {
    subject: (instance) => `Twój kod do ${instance}`,
    heading: 'Twój kod',
    intro: (instance) =>
      `Wpisz ten kod tam, gdzie prosi o niego ${instance}. Nikt inny go nie potrzebuje: nie przekazuj go dalej.`,
    code: 'Kod',
    validFor: 'Ważny przez',
    notYouTitle: 'To nie Twoja prośba?',
    notYou: 'Ktoś może znać Twój link lub hasło: natychmiast zawiadom administratora.',
    tell: (name) => `Ktoś może znać Twój link lub hasło: natychmiast zawiadom: ${name}.`,
  },
  mfaEnabled: {
    subject: (instance) => `Drugi składnik logowania w ${instance}`,
    heading: 'Włączono drugi składnik logowania',
    intro: (instance) =>
      `Do logowania w ${instance} oprócz hasła potrzebny jest teraz kod. Przechowuj kody odzyskiwania w bezpiecznym miejscu.`,
    method: 'Kody',
    methods: { totp: 'z aplikacji uwierzytelniającej', email: 'z wiadomości e-mail' },
    enabledAt: 'Włączono',
    notYouTitle: 'To nie Ty?',
    notYou: 'Natychmiast zawiadom administratora.',
    tell: (name) => `Natychmiast zawiadom: ${name}.`,
  },
  mistakeReported: {
    subject: (name) => `Zgłoszono błąd w danych: ${name}`,
    heading: 'Zgłoszono błąd',
    intro: (name) => `W trakcie rejestracji (${name}) zgłoszono, że coś w danych się nie zgadza:`,
    dataTitle: 'Zapisane dane',
    reportedAt: 'Zgłoszono',
    unchanged: 'Niczego nie zmieniono, rejestracja trwa dalej.',
  },
  newLinkRequested: {
    subject: (name) => `Prośba o nowy link: ${name}`,
    heading: 'Prośba o nowy link',
    intro: (name) => `Link (${name}) już nie działa, a ktoś, kto go ma, prosi o nowy.`,
    requestedAt: 'Poproszono',
    howTitle: 'Jak wysłać nowy link',
    command: 'Uruchom',
    notSure:
      'Nowy link trafi tam, gdzie trafił poprzedni, albo zobaczysz go, aby go przekazać. W razie wątpliwości najpierw zapytaj tę osobę.',
  },
  gateway: {
    location: 'Lokalizacja',
    hostname: 'Komputer',
    goneSince: 'Brak połączenia od',
    token: 'Token',
    tokenExpired: (instant) => `wygasł: ${instant}; potrzebny jest nowy`,
    backSince: 'Połączenie od',
    more: (count) =>
      `Pozostałe: ${count}; wszystkie pokazuje defguard-admin location gateway-token list.`,
  },
  gatewayDisconnected: {
    subject: (gateway, location) => `Brama ${gateway} (${location}) nie ma połączenia`,
    subjectOfMany: (count) => `Bramy bez połączenia: ${count}`,
    heading: 'Brak połączenia',
    intro:
      'Urządzenia mogą działać dalej z tym, co brama otrzymała ostatnio. Późniejsze zmiany do niej nie docierają: kto został zablokowany, nadal może się tam połączyć, a nowa osoba nie może.',
  },
  gatewayReconnected: {
    subject: (gateway, location) => `Brama ${gateway} (${location}) znów ma połączenie`,
    subjectOfMany: (count) => `Bramy, które znów mają połączenie: ${count}`,
    heading: 'Znów połączono',
    intro: 'Zmiany, które zaszły w tym czasie, już tam dotarły.',
  },
  test: {
    subject: (instance) => `Wiadomość testowa: ${instance}`,
    heading: 'Poczta dochodzi',
    intro: (instance) =>
      `Administrator (${instance}) sprawdza, czy poczta dochodzi. Ta wiadomość doszła i nie trzeba nic robić.`,
    server: 'Serwer poczty',
    sentAt: 'Wysłano',
  },
  sentBy: (instance) => `${instance}: wiadomość z systemu Defguard`,
}
