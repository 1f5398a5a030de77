import type { Messages } from '../en.js'
import { plural } from '../format.js'

export const welcome: Messages['welcome'] = {
  title: (name: string) => `Guten Tag, ${name}`,
  intro: (instance: string) =>
    `Willkommen bei ${instance}. Nur wenige kurze Schritte, dann ist Ihr Konto bereit:`,
  stepData: 'Ihre Daten prüfen',
  stepPassword: 'Ihr Passwort wählen',
  stepVpn: 'Ein Gerät mit dem VPN verbinden',
  stepVpnOptional: 'Ein Gerät mit dem VPN verbinden, wenn Sie möchten',
  time: (seconds: number) => {
    const minutes = Math.round(seconds / 60)
    return minutes < 1
      ? 'Dafür bleibt weniger als eine Minute. Läuft die Zeit ab, bitten Sie Ihre Administration um einen neuen Link.'
      : `Dafür haben Sie ${plural('de', minutes, { one: 'etwa eine Minute', other: `etwa ${minutes} Minuten` })}. Läuft die Zeit ab, bitten Sie Ihre Administration um einen neuen Link.`
  },
  help: 'Wenn Sie Fragen haben, wenden Sie sich an die Person, die Sie eingeladen hat:',
}
