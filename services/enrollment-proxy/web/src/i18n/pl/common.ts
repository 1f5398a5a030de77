import type { Messages } from '../en.js'
import { formatDuration } from '../format.js'

const duration = (seconds: number) => formatDuration('pl', seconds)

export const common: Messages['common'] = {
  enrollment: 'Rejestracja',
  yourCompany: 'Twojej firmie',
  back: 'Wstecz',
  next: 'Dalej',
  loading: 'Chwileczkę…',
  copy: 'Kopiuj',
  copied: 'Skopiowano',
  copyFailed: 'Przeglądarka nie pozwoliła na kopiowanie. Zaznacz tekst i skopiuj go ręcznie.',
  opensInNewTab: '(otwiera się w nowej karcie)',
  fault:
    'Coś poszło nie tak po naszej stronie i nic się nie zmieniło. Spróbuj ponownie; jeśli to się powtórzy, daj znać administratorowi.',
  timeLeft: 'Pozostały czas',
  duration,
  timeWarning: (seconds: number) => `Pozostało: ${duration(seconds)}.`,
  yourAdmin: 'Osoba kontaktowa',
  steps: 'Kroki',
  stepOf: (number: number, total: number, step: string) => `Krok ${number} z ${total} · ${step}`,
  stepDone: 'gotowe',
  optional: 'opcjonalnie',
  pageTitle: (heading: string, instance: string) => `${heading} – ${instance}`,
}

export const steps: Messages['steps'] = {
  welcome: 'Powitanie',
  data: 'Sprawdzenie danych',
  password: 'Ustawienie hasła',
  vpn: 'Konfiguracja VPN',
  finish: 'Zakończenie',
}
