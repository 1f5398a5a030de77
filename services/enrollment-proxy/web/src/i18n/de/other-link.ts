import type { Messages } from '../en.js'

export const otherLink: Messages['otherLink'] = {
  resetTitle: 'Dieser Link ist für ein neues Passwort',
  reset:
    'Er ist keine Einladung: Mit ihm wählen Sie ein neues Passwort für das Konto, das Sie haben.',
  toReset: 'Neues Passwort wählen',
  deviceTitle: 'Dieses Token ist für ein Netzwerkgerät',
  device:
    'Es verbindet ein Gerät, das von selbst arbeitet, etwa einen Server oder Router, und wird dort mit dem Befehlszeilenprogramm „dg“ verwendet:',
  command: 'Befehl',
  deviceHint: 'Wenn Sie sich selbst registrieren wollten, suchen Sie bitte Ihre Einladung.',
  enterOther: 'Anderes Token eingeben',
}
