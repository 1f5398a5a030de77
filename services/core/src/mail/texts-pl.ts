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
  sentBy: (instance) => `${instance}: wiadomość z systemu Defguard`,
}
