import type { Messages } from '../en.js'

export const choose: Messages['choose'] = {
  title: 'Jak chcesz się zarejestrować?',
  titleEnrolled: (name: string) => `Twoje konto jest gotowe, ${name}`,
  introEnrolled: 'Masz już hasło. Które urządzenie chcesz połączyć?',
  intro: 'Obie drogi prowadzą do tego samego konta, a decyzję można zmienić.',
  suggested: 'Polecane',
  browser: 'W tej przeglądarce',
  browserDetail:
    'Niczego nie trzeba teraz instalować. Otrzymasz konfigurację VPN do dowolnej aplikacji WireGuard.',
  browserPlain: 'Niczego nie trzeba instalować. Hasło ustawisz tutaj.',
  browserEnrolled: 'Otrzymasz konfigurację VPN do dowolnej aplikacji WireGuard.',
  app: 'W aplikacji Defguard',
  appDetail: 'Aplikacja na komputer poprowadzi Cię i sama skonfiguruje wszystkie lokalizacje VPN.',
  appMobile:
    'Poprowadzi Cię aplikacja na komputer. Aplikacja mobilna dołączy na końcu, gdy hasło będzie już ustawione.',
}
