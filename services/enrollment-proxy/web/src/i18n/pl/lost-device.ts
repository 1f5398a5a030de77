import type { Messages } from '../en.js'

export const lostDevice: Messages['lostDevice'] = {
  notSaved:
    'Konfiguracja nie została zapisana przed odświeżeniem strony? W takim razie klucz przepadł.',
  again: 'Dodaj urządzenie jeszcze raz',
  remove: 'Utracone urządzenie może usunąć administrator.',
}
