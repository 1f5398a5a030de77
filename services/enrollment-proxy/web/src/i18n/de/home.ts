import type { Messages } from '../en.js'

export const home: Messages['home'] = {
  intro: 'Was möchten Sie tun?',
  enroll: 'Registrieren',
  reset: 'Mein Passwort zurücksetzen',
  resetText: 'Für alle, die ein Konto haben und ihr Passwort nicht mehr wissen.',
  connectTitle: (instance: string) => `Ein Gerät mit ${instance} verbinden`,
  connectTitleUnnamed: 'Ein Gerät verbinden',
  connectText: 'Mit diesem Link fügen Sie Ihrem Konto einen Computer oder ein Smartphone hinzu.',
}
