import type { Messages } from '../en.js'

export const handOver: Messages['handOver'] = {
  ready: 'Twoje konto jest skonfigurowane',
  devices: 'Twoje urządzenia:',
  watching: 'Urządzenie dodane w aplikacji samo pojawi się tutaj.',
}
