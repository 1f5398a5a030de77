import type { Messages } from '../en.js'
import { plural } from '../format.js'

export const welcome: Messages['welcome'] = {
  title: (name: string) => `Cześć, ${name}`,
  intro: (instance: string) =>
    `Witaj w ${instance}. Kilka krótkich kroków i Twoje konto będzie gotowe:`,
  stepData: 'Sprawdź swoje dane',
  stepPassword: 'Ustaw hasło',
  stepVpn: 'Połącz urządzenie z VPN',
  stepVpnOptional: 'Jeśli chcesz, połącz urządzenie z VPN',
  time: (seconds: number) => {
    const minutes = Math.round(seconds / 60)
    return minutes < 1
      ? 'Została na to niecała minuta. Jeśli czas się skończy, poproś administratora o nowy link.'
      : // A number after "około" is in the genitive, which has one form for all but 1.
        `Masz na to ${plural('pl', minutes, { one: 'około jednej minuty', other: `około ${minutes} minut` })}. Jeśli czas się skończy, poproś administratora o nowy link.`
  },
  help: 'W razie pytań zwróć się do osoby, która Cię zaprosiła:',
}
