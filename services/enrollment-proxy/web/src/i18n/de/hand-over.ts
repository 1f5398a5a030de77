import type { Messages } from '../en.js'

export const handOver: Messages['handOver'] = {
  ready: 'Ihr Konto ist eingerichtet',
  devices: 'Ihre Geräte:',
  watching: 'Ein Gerät, das Sie in der App hinzufügen, erscheint hier von selbst.',
}
