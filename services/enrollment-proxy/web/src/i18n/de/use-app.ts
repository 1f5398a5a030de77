import type { Messages } from '../en.js'

export const useApp: Messages['useApp'] = {
  title: 'Mit der Defguard-App registrieren',
  titleEnrolled: 'Die Defguard-App hinzufügen',
  install: 'App installieren',
  installText:
    'Überspringen Sie das, wenn Sie sie schon haben. Lassen Sie sich Zeit: Die Uhr läuft noch nicht.',
  installTextRunning: 'Überspringen Sie das, wenn Sie sie schon haben.',
  download: 'Defguard-App herunterladen',
  open: 'Ihre Einladung darin öffnen',
  openText: 'Ihr Browser fragt, ob er die App öffnen darf; sie weiß dann alles, was sie braucht.',
  openButton: 'Defguard-App öffnen',
  byHand:
    'Wenn nichts passiert, fügen Sie in der App eine Instanz hinzu („Add instance“) und geben diese beiden Werte ein:',
  instanceUrl: 'URL der Instanz',
  token: 'Token',
  tokenGone:
    'Zu Ihrer Sicherheit hat diese Seite das Token vergessen. Öffnen Sie den Link Ihrer Einladung noch einmal, um es zu sehen.',
  follow: 'Hierher zurückkommen',
  followText:
    'Wenn Sie die App geöffnet haben, drücken Sie diese Schaltfläche: Die Seite merkt dann, wann Sie fertig sind.',
  followButton: 'Ich habe die App geöffnet',
  followClock: 'Damit beginnt Ihre Zeit, falls die App sie nicht schon begonnen hat.',
  waiting: 'Wir warten auf die App. Diese Seite merkt von selbst, wann Sie fertig sind.',
  done: 'Geschafft! Die App hat Ihr Konto eingerichtet.',
  doneText: 'Ihr Passwort ist gesetzt. Gehen Sie weiter und lesen Sie, wie es weitergeht.',
  addedText: (device: string) => `Die App hat „${device}“ verbunden.`,
  added: 'Geschafft! Ein neues Gerät ist verbunden.',
}
