import type { Messages } from '../en.js'

export const choose: Messages['choose'] = {
  title: 'Wie möchten Sie sich registrieren?',
  titleEnrolled: (name: string) => `Ihr Konto ist bereit, ${name}`,
  introEnrolled: 'Ein Passwort haben Sie schon. Welches Gerät möchten Sie verbinden?',
  intro: 'Beide Wege führen zum selben Konto, und Sie können es sich anders überlegen.',
  suggested: 'Empfohlen',
  browser: 'In diesem Browser',
  browserDetail:
    'Sie müssen jetzt nichts installieren und erhalten eine VPN-Konfiguration für jede WireGuard-App.',
  browserPlain: 'Sie müssen nichts installieren. Ihr Passwort wählen Sie hier.',
  browserEnrolled: 'Sie erhalten eine VPN-Konfiguration für jede WireGuard-App.',
  app: 'Mit der Defguard-App',
  appDetail:
    'Die App für Ihren Computer begleitet Sie und richtet alle VPN-Standorte von selbst ein.',
  appMobile:
    'Die App für Ihren Computer begleitet Sie. Die mobile App kommt am Ende dazu, sobald Sie ein Passwort haben.',
}
