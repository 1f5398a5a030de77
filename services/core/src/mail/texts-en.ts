import type { MailTexts } from './texts.js'

export const TEXTS_EN: MailTexts = {
  contact: { name: 'Name', email: 'E-mail', phone: 'Phone' },
  invitation: {
    subject: (instance) => `Your invitation to ${instance}`,
    heading: (firstName) => `Hello ${firstName},`,
    intro: (invitedBy, instance) =>
      `${invitedBy} has invited you to ${instance}. Check your data, choose a password and connect your first device, either in the browser or in the Defguard app.`,
    validUntil: 'Start before',
    timeToFinish: 'Time to finish once started',
    timeHint: 'Opening the link starts nothing yet: the time runs once you press the start button.',
    browserTitle: 'In the browser',
    browserButton: 'Set up my account',
    browserLink: 'If the button does not work, open this link:',
    appTitle: 'In the Defguard app',
    appButton: 'Open in the app',
    appHint: 'On the computer where the app is installed:',
    appManual: 'Or add an instance in the app and enter these two values:',
    instanceUrl: 'Instance URL',
    token: 'Token',
    contactTitle: 'Questions?',
    notExpectedTitle: 'Not expected?',
    notExpected: (invitedBy) =>
      `Then do not open the link, and let ${invitedBy} know. The link is only for you: do not pass it on.`,
  },
  reminder: {
    subject: (instance) => `Your invitation to ${instance} ends soon`,
    intro: (invitedBy, instance) =>
      `${invitedBy} has invited you to ${instance}, and you have not started yet. Your link still works:`,
    afterwards: (invitedBy) =>
      `After that it stops working, and you can ask ${invitedBy} for a new one.`,
  },
  desktopActivation: {
    subject: (instance) => `Add a device to ${instance}`,
    intro: (invitedBy, instance) =>
      `${invitedBy} has made you a token with which you add a device to your account at ${instance}, in the Defguard app.`,
    computerTitle: 'On a computer',
    phoneTitle: 'On a phone',
    phoneHint: 'Add an instance in the Defguard app and scan this code:',
    qrCode: 'QR code for the Defguard app',
  },
  enrollmentCompleted: {
    subject: (name) => `${name} has enrolled`,
    heading: 'Enrollment completed',
    intro: (name) => `${name}, whom you invited, has set a password and can connect.`,
    name: 'Name',
    username: 'Login',
    completedAt: 'Completed',
    devices: 'Devices',
  },
  newDevice: {
    subject: (deviceName) => `New device: ${deviceName}`,
    heading: 'New device',
    intro: (instance) => `A device was added to your account at ${instance}.`,
    device: 'Device',
    publicKey: 'Public key',
    location: (name) => `Addresses in ${name}`,
    addedAt: 'Added',
    clientAddress: 'From address',
    clientDevice: 'With',
    notYouTitle: 'Was it not you?',
    notYou: 'Then tell your administrator at once.',
    tell: (name) => `Then tell ${name} at once.`,
  },
  passwordReset: {
    subject: (instance) => `Reset your password at ${instance}`,
    heading: (firstName) => `Hello ${firstName},`,
    intro: (instance) =>
      `Somebody, probably you, asked for a new password for your account at ${instance}. With this link you choose it yourself:`,
    button: 'Choose a new password',
    link: 'If the button does not work, open this link:',
    validUntil: 'Start before',
    timeToFinish: 'Time to finish once started',
    notYouTitle: 'Was it not you?',
    notYou: 'Then ignore this mail: your password stays as it is. Do not pass the link on.',
  },
  passwordChanged: {
    subject: (instance) => `Your password at ${instance} was changed`,
    heading: 'Password changed',
    intro: (instance) =>
      `Your account at ${instance} has a new password. Where you were logged in, you have to log in again; your devices stay connected.`,
    username: 'Login',
    changedAt: 'Changed',
    notYouTitle: 'Was it not you?',
    notYou: 'Then tell your administrator at once.',
    tell: (name) => `Then tell ${name} at once.`,
  },
  mfaCode: {
    subject: (instance) => `Your code for ${instance}`,
    heading: 'Your code',
    intro: (instance) =>
      `Enter this code where ${instance} asks you for it. Nobody else needs it: do not pass it on.`,
    code: 'Code',
    validFor: 'Valid for',
    notYouTitle: 'Did you not ask for it?',
    notYou:
      'Then somebody else may have your link or your password: tell your administrator at once.',
    tell: (name) => `Then somebody else may have your link or your password: tell ${name} at once.`,
  },
  mfaEnabled: {
    subject: (instance) => `Your account at ${instance} has a second factor`,
    heading: 'Second factor set up',
    intro: (instance) =>
      `Besides your password, logging in to ${instance} now takes a code. Keep your recovery codes in a safe place.`,
    method: 'Codes from',
    methods: { totp: 'an authenticator app', email: 'e-mail' },
    enabledAt: 'Set up',
    notYouTitle: 'Was it not you?',
    notYou: 'Then tell your administrator at once.',
    tell: (name) => `Then tell ${name} at once.`,
  },
  mistakeReported: {
    subject: (name) => `${name} reports a mistake in their data`,
    heading: 'Mistake reported',
    intro: (name) =>
      `${name} is enrolling, says that something about their data is wrong, and writes:`,
    dataTitle: 'The data on record',
    reportedAt: 'Reported',
    unchanged: 'Nothing was changed, and the enrollment goes on.',
  },
  newLinkRequested: {
    subject: (name) => `${name} asks for a new link`,
    heading: 'New link requested',
    intro: (name) =>
      `The link of ${name} no longer works, and somebody who has it asks for a new one.`,
    requestedAt: 'Requested',
    howTitle: 'To send a new link',
    command: 'Run',
    notSure:
      'The new link goes where the old one went, or is shown to you to hand it over. If in doubt, ask the person first.',
  },
  gateway: {
    location: 'Location',
    hostname: 'Host',
    goneSince: 'Not connected since',
    token: 'Token',
    tokenExpired: (instant) => `expired on ${instant}; it needs another`,
    backSince: 'Connected since',
    more: (count) => `And ${count} more; defguard-admin location gateway-token list shows all.`,
  },
  gatewayDisconnected: {
    subject: (gateway, location) => `Gateway ${gateway} of ${location} is not connected`,
    subjectOfMany: (count) => `${count} gateways are not connected`,
    heading: 'Not connected',
    intro:
      'Devices may go on working with what a gateway heard last. What has changed since does not reach it: somebody who was disabled can still connect there, and somebody new cannot.',
  },
  gatewayReconnected: {
    subject: (gateway, location) => `Gateway ${gateway} of ${location} is connected again`,
    subjectOfMany: (count) => `${count} gateways are connected again`,
    heading: 'Connected again',
    intro: 'What was changed in the meantime has reached it.',
  },
  test: {
    subject: (instance) => `Test mail of ${instance}`,
    heading: 'Mail arrives',
    intro: (instance) =>
      `An administrator of ${instance} is trying out whether its mail arrives. This one has, and there is nothing to do.`,
    server: 'Mail server',
    sentAt: 'Sent',
  },
  sentBy: (instance) => `Sent by ${instance} with Defguard`,
}
