import type { Messages } from '../en.js'
import { formatDuration } from '../format.js'

export const secondFactor: Messages['secondFactor'] = {
  // on the password page
  want: 'Zweiten Faktor hinzufügen',
  wantHint:
    'Ihr Konto ist dann auch sicher, wenn jemand Ihr Passwort erfährt. Es dauert etwa eine Minute länger.',
  demanded: 'Dieses Unternehmen verlangt einen zweiten Faktor',
  demandedText:
    'Sobald Sie ein Passwort gewählt haben, richten Sie ihn auf der nächsten Seite ein.',
  ready: 'Ihr zweiter Faktor ist bereit',
  passwordForgotten:
    'Zu Ihrer Sicherheit hat diese Seite Ihr Passwort beim Neuladen nicht behalten. Bitte geben Sie es noch einmal ein.',
  // the choice
  chooseTitle: 'Wählen Sie Ihren zweiten Faktor',
  chooseIntro: 'Damit belegen Sie beim Anmelden, dass wirklich Sie es sind.',
  app: 'Mit einer Authenticator-App',
  appDetail:
    'Eine App auf Ihrem Smartphone zeigt alle 30 Sekunden einen neuen Code, auch ohne Netz.',
  mail: 'Mit Codes per E-Mail',
  mailDetail: (email: string) => `Wir senden jedes Mal einen Code an ${email}.`,
  // the set-up
  appTitle: 'Richten Sie Ihre Authenticator-App ein',
  mailTitle: 'Geben Sie den Code aus der E-Mail ein',
  repeatTitle: 'Neue Codes für den Notfall',
  repeatIntro:
    'Ihr zweiter Faktor ist eingerichtet, aber die Wiederherstellungscodes stehen nicht mehr auf dieser Seite. Geben Sie einen neuen Code ein, um andere zu bekommen; früher gezeigte gelten dann nicht mehr.',
  install: 'Eine Authenticator-App bereithalten',
  installText: 'Jede App für Einmalcodes ist geeignet. Viele Passwort-Manager können das auch.',
  scan: 'Diesen Code damit scannen',
  qr: 'QR-Code für Ihre Authenticator-App',
  openHere: 'Oder in einer App auf diesem Gerät öffnen',
  byHand: 'Sie können ihn nicht scannen?',
  byHandText: 'Geben Sie diesen Schlüssel in der App ein:',
  key: 'Schlüssel',
  enter: 'Eingeben, was die App zeigt',
  code: 'Sechsstelliger Code',
  codeInvalid: 'Der Code hat sechs Ziffern.',
  appCodeWrong:
    'Dieser Code stimmt nicht. Jeder gilt nur kurz und nur einmal: Warten Sie auf den nächsten. Wenn es nicht klappt, lassen Sie Ihr Smartphone seine Uhr automatisch stellen.',
  mailCodeWrong:
    'Dieser Code stimmt nicht, oder er gilt nicht mehr. Nehmen Sie die neueste E-Mail, oder lassen Sie sich einen anderen Code senden.',
  secretRenewed:
    'Es waren zu viele falsche Codes, deshalb gibt es einen neuen Schlüssel. Bitte entfernen Sie den Eintrag aus Ihrer App und scannen Sie den Code noch einmal.',
  lost: 'Ein anderes Fenster dieses Browsers hat Ihre Registrierung übernommen, und der zweite Faktor ging dabei verloren. Bitte richten Sie ihn noch einmal ein; ein Eintrag, der schon in Ihrer App steht, kann weg.',
  mailed: (email: string) =>
    `Wir haben einen Code an ${email} gesendet. Er gilt einige Minuten lang.`,
  mailAgain: 'Anderen Code senden',
  mailAgainIn: (seconds: number) =>
    `Einen anderen Code können Sie in ${formatDuration('de', seconds)} anfordern.`,
  noMail:
    'Nichts angekommen? Sehen Sie im Spam-Ordner nach. Wenn die Adresse nicht Ihre ist, gehen Sie zurück und wählen Sie die App.',
  retry: 'Noch einmal versuchen',
  // the recovery codes
  codesTitle: 'Speichern Sie Ihre Codes für den Notfall',
  codesIntro:
    'Falls Sie einmal ohne Ihren zweiten Faktor sind, lässt jeder dieser Wiederherstellungscodes Sie einmal hinein. Sie werden nur jetzt gezeigt.',
  codes: 'Wiederherstellungscodes',
  copyCodes: 'Wiederherstellungscodes kopieren',
  download: 'Herunterladen',
  print: 'Drucken',
  file: 'wiederherstellungscodes.txt',
  fileTitle: (instance: string, login: string) =>
    `Wiederherstellungscodes für ${login} bei ${instance}`,
  saved: 'Ich habe sie gespeichert',
  savedHint:
    'In einem Passwort-Manager oder auf Papier, aber nicht auf dem Gerät, das Ihnen die Codes zeigt.',
  notSaved: 'Bitte speichern Sie zuerst die Codes und setzen Sie dieses Häkchen.',
  activate: 'Konto erstellen',
  // elsewhere
  step: 'Passwort wählen und zweiten Faktor einrichten',
}
