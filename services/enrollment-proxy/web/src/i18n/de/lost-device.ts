import type { Messages } from '../en.js'

export const lostDevice: Messages['lostDevice'] = {
  notSaved:
    'Sie haben sie nicht gespeichert, bevor die Seite neu geladen wurde? Dann ist der Schlüssel weg.',
  again: 'Gerät noch einmal hinzufügen',
  remove: 'Das verlorene kann Ihre Administration entfernen.',
}
