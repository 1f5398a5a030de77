import type { MailTexts } from './texts.js'

export const TEXTS_DE: MailTexts = {
  contact: { name: 'Name', email: 'E-Mail', phone: 'Telefon' },
  invitation: {
    subject: (instance) => `Ihre Einladung zu ${instance}`,
    heading: (firstName) => `Guten Tag ${firstName},`,
    intro: (invitedBy, instance) =>
      `${invitedBy} hat Sie zu ${instance} eingeladen. Prüfen Sie Ihre Daten, wählen Sie ein Passwort und verbinden Sie Ihr erstes Gerät, im Browser oder in der Defguard-App.`,
    validUntil: 'Beginnen Sie vor',
    timeToFinish: 'Zeit ab dem Beginn',
    timeHint:
      'Das Öffnen des Links beginnt noch nichts: Die Zeit läuft, sobald Sie auf die Startschaltfläche drücken.',
    browserTitle: 'Im Browser',
    browserButton: 'Mein Konto einrichten',
    browserLink: 'Falls die Schaltfläche nicht funktioniert, öffnen Sie diesen Link:',
    appTitle: 'In der Defguard-App',
    appButton: 'In der App öffnen',
    appHint: 'Auf dem Computer, auf dem die App installiert ist:',
    appManual: 'Oder fügen Sie in der App eine Instanz hinzu und geben Sie diese zwei Werte ein:',
    instanceUrl: 'URL der Instanz',
    token: 'Token',
    contactTitle: 'Fragen?',
    notExpectedTitle: 'Nicht erwartet?',
    notExpected: (invitedBy) =>
      `Dann öffnen Sie den Link nicht und sagen Sie ${invitedBy} Bescheid. Der Link ist nur für Sie: Geben Sie ihn nicht weiter.`,
  },
  reminder: {
    subject: (instance) => `Ihre Einladung zu ${instance} läuft bald ab`,
    intro: (invitedBy, instance) =>
      `${invitedBy} hat Sie zu ${instance} eingeladen, und Sie haben noch nicht begonnen. Ihr Link gilt noch:`,
    afterwards: (invitedBy) =>
      `Danach gilt er nicht mehr, und Sie können ${invitedBy} um einen neuen bitten.`,
  },
  desktopActivation: {
    subject: (instance) => `Ein Gerät zu ${instance} hinzufügen`,
    intro: (invitedBy, instance) =>
      `${invitedBy} hat Ihnen ein Token ausgestellt, mit dem Sie in der Defguard-App ein Gerät zu Ihrem Konto bei ${instance} hinzufügen.`,
    computerTitle: 'Auf einem Computer',
    phoneTitle: 'Auf einem Telefon',
    phoneHint: 'Fügen Sie in der Defguard-App eine Instanz hinzu und scannen Sie diesen Code:',
    qrCode: 'QR-Code für die Defguard-App',
  },
  enrollmentCompleted: {
    subject: (name) => `${name} hat die Registrierung abgeschlossen`,
    heading: 'Registrierung abgeschlossen',
    intro: (name) =>
      `${name}, von Ihnen eingeladen, hat ein Passwort gesetzt und kann sich verbinden.`,
    name: 'Name',
    username: 'Benutzername',
    completedAt: 'Abgeschlossen',
    devices: 'Geräte',
  },
  newDevice: {
    subject: (deviceName) => `Neues Gerät: ${deviceName}`,
    heading: 'Neues Gerät',
    intro: (instance) => `Ihrem Konto bei ${instance} wurde ein Gerät hinzugefügt.`,
    device: 'Gerät',
    publicKey: 'Öffentlicher Schlüssel',
    location: (name) => `Adressen in ${name}`,
    addedAt: 'Hinzugefügt',
    clientAddress: 'Von der Adresse',
    clientDevice: 'Mit',
    notYouTitle: 'Waren Sie das nicht?',
    notYou: 'Dann sagen Sie sofort Ihrem Administrator Bescheid.',
    tell: (name) => `Dann sagen Sie sofort ${name} Bescheid.`,
  },
  passwordReset: {
    subject: (instance) => `Ihr Passwort bei ${instance} zurücksetzen`,
    heading: (firstName) => `Guten Tag ${firstName},`,
    intro: (instance) =>
      `für Ihr Konto bei ${instance} wurde ein neues Passwort angefordert. Mit diesem Link wählen Sie es selbst:`,
    button: 'Neues Passwort wählen',
    link: 'Falls die Schaltfläche nicht funktioniert, öffnen Sie diesen Link:',
    validUntil: 'Beginnen Sie vor',
    timeToFinish: 'Zeit ab dem Beginn',
    notYouTitle: 'Waren Sie das nicht?',
    notYou:
      'Dann beachten Sie diese E-Mail nicht: Ihr Passwort bleibt, wie es ist. Geben Sie den Link nicht weiter.',
  },
  passwordChanged: {
    subject: (instance) => `Ihr Passwort bei ${instance} wurde geändert`,
    heading: 'Passwort geändert',
    intro: (instance) =>
      `Ihr Konto bei ${instance} hat ein neues Passwort. Wo Sie angemeldet waren, müssen Sie sich neu anmelden; Ihre Geräte bleiben verbunden.`,
    username: 'Benutzername',
    changedAt: 'Geändert',
    notYouTitle: 'Waren Sie das nicht?',
    notYou: 'Dann sagen Sie sofort Ihrem Administrator Bescheid.',
    tell: (name) => `Dann sagen Sie sofort ${name} Bescheid.`,
  },
  mfaCode: {
    subject: (instance) => `Ihr Code für ${instance}`,
    heading: 'Ihr Code',
    intro: (instance) =>
      `Geben Sie diesen Code dort ein, wo ${instance} danach fragt. Sonst braucht ihn niemand: Geben Sie ihn nicht weiter.`,
    code: 'Code',
    validFor: 'Gültig für',
    notYouTitle: 'Haben Sie ihn nicht angefordert?',
    notYou:
      'Dann hat vielleicht jemand anderes Ihren Link oder Ihr Passwort: Sagen Sie sofort Ihrem Administrator Bescheid.',
    tell: (name) =>
      `Dann hat vielleicht jemand anderes Ihren Link oder Ihr Passwort: Sagen Sie sofort ${name} Bescheid.`,
  },
  mfaEnabled: {
    subject: (instance) => `Ihr Konto bei ${instance} hat einen zweiten Faktor`,
    heading: 'Zweiter Faktor eingerichtet',
    intro: (instance) =>
      `Zum Anmelden bei ${instance} gehört neben Ihrem Passwort jetzt ein Code. Bewahren Sie Ihre Wiederherstellungscodes sicher auf.`,
    method: 'Codes aus',
    methods: { totp: 'einer Authenticator-App', email: 'E-Mails' },
    enabledAt: 'Eingerichtet',
    notYouTitle: 'Waren Sie das nicht?',
    notYou: 'Dann sagen Sie sofort Ihrem Administrator Bescheid.',
    tell: (name) => `Dann sagen Sie sofort ${name} Bescheid.`,
  },
  mistakeReported: {
    subject: (name) => `${name} meldet einen Fehler in den Daten`,
    heading: 'Fehler gemeldet',
    intro: (name) =>
      `Bei der Registrierung von ${name} wurde gemeldet, dass an den Daten etwas nicht stimmt:`,
    dataTitle: 'Die gespeicherten Daten',
    reportedAt: 'Gemeldet',
    unchanged: 'Geändert wurde nichts, und die Registrierung geht weiter.',
  },
  newLinkRequested: {
    subject: (name) => `${name} bittet um einen neuen Link`,
    heading: 'Neuer Link erbeten',
    intro: (name) =>
      `Der Link von ${name} gilt nicht mehr, und jemand, der ihn hat, bittet um einen neuen.`,
    requestedAt: 'Erbeten',
    howTitle: 'So senden Sie einen neuen Link',
    command: 'Ausführen',
    notSure:
      'Der neue Link geht dorthin, wohin der alte ging, oder wird Ihnen zur Weitergabe gezeigt. Fragen Sie im Zweifel zuerst die Person.',
  },
  gateway: {
    location: 'Standort',
    hostname: 'Rechner',
    goneSince: 'Nicht verbunden seit',
    token: 'Token',
    tokenExpired: (instant) => `abgelaufen am ${instant}; es braucht ein neues`,
    backSince: 'Verbunden seit',
    more: (count) => `Und ${count} weitere; alle zeigt defguard-admin location gateway-token list.`,
  },
  gatewayDisconnected: {
    subject: (gateway, location) => `Gateway ${gateway} von ${location} ist nicht verbunden`,
    subjectOfMany: (count) => `${count} Gateways sind nicht verbunden`,
    heading: 'Nicht verbunden',
    intro:
      'Geräte können mit dem weiterarbeiten, was ein Gateway zuletzt erfahren hat. Was sich seither geändert hat, erreicht es nicht: Wer gesperrt wurde, kann sich dort noch verbinden, und wer neu ist, kann es nicht.',
  },
  gatewayReconnected: {
    subject: (gateway, location) => `Gateway ${gateway} von ${location} ist wieder verbunden`,
    subjectOfMany: (count) => `${count} Gateways sind wieder verbunden`,
    heading: 'Wieder verbunden',
    intro: 'Was sich inzwischen geändert hat, ist dort angekommen.',
  },
  test: {
    subject: (instance) => `Testmail von ${instance}`,
    heading: 'Die Mails kommen an',
    intro: (instance) =>
      `Ein Administrator von ${instance} probiert aus, ob die Mails ankommen. Diese ist angekommen, und Sie müssen nichts tun.`,
    server: 'Mailserver',
    sentAt: 'Gesendet',
  },
  sentBy: (instance) => `Gesendet von ${instance} mit Defguard`,
}
