import type { Messages } from '../en.js'
import { formatDuration } from '../format.js'

const duration = (seconds: number) => formatDuration('de', seconds)

export const common: Messages['common'] = {
  enrollment: 'Registrierung',
  yourCompany: 'Ihrem Unternehmen',
  back: 'Zurück',
  next: 'Weiter',
  loading: 'Einen Moment bitte …',
  copy: 'Kopieren',
  copied: 'Kopiert',
  copyFailed:
    'Ihr Browser hat das Kopieren nicht erlaubt. Bitte markieren Sie den Text und kopieren Sie ihn selbst.',
  opensInNewTab: '(öffnet sich in einem neuen Tab)',
  fault:
    'Bei uns ist etwas schiefgegangen; geändert wurde nichts. Bitte versuchen Sie es noch einmal. Wenn es wieder passiert, sagen Sie Ihrer Administration Bescheid.',
  timeLeft: 'Verbleibende Zeit',
  duration,
  timeWarning: (seconds: number) => `Noch ${duration(seconds)}.`,
  yourAdmin: 'Ihre Ansprechperson',
  steps: 'Schritte',
  stepOf: (number: number, total: number, step: string) =>
    `Schritt ${number} von ${total} · ${step}`,
  stepDone: 'erledigt',
  optional: 'freiwillig',
  pageTitle: (heading: string, instance: string) => `${heading} – ${instance}`,
}

export const steps: Messages['steps'] = {
  welcome: 'Willkommen',
  data: 'Daten prüfen',
  password: 'Passwort wählen',
  vpn: 'VPN einrichten',
  finish: 'Abschluss',
}
