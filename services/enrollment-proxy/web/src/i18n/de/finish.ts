import type { Messages } from '../en.js'

export const finish: Messages['finish'] = {
  title: (name: string) => `Geschafft, ${name}`,
  subtitle: 'Ihr Konto ist bereit.',
  message: (instance: string) => `Eine Nachricht von ${instance}`,
  whatNext: 'Wie es weitergeht',
  login: (login: string) => `Ihr Login ist ${login}. Behalten Sie das Passwort für sich.`,
  connect: (device: string) =>
    `Importieren Sie die Konfiguration von „${device}“ in Ihre WireGuard-App und schalten Sie die Verbindung ein.`,
  apps: 'Die Defguard-App dazuholen',
  appsText: 'Solange noch Zeit ist, können Sie auch Ihren Computer oder Ihr Smartphone verbinden.',
  computer: 'Auf Ihrem Computer',
  computerText: 'Die App richtet alle VPN-Standorte von selbst ein.',
  openApp: 'Defguard-App öffnen',
  phone: 'Auf Ihrem Smartphone',
  phoneText:
    'Fügen Sie in der mobilen App eine Instanz hinzu („Add instance“) und scannen Sie diesen Code.',
  qr: 'QR-Code für die mobile Defguard-App',
  byHand: 'Von Hand eingeben',
  getApp: 'Defguard-App herunterladen',
  openLinkAgain:
    'Um ein weiteres Gerät zu verbinden, öffnen Sie den Link Ihrer Einladung noch einmal, solange noch Zeit ist.',
  questions: 'Fragen?',
}
