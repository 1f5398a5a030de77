import { formatDuration } from '../format.js'

export const secondFactor = {
  // on the password page
  want: 'Add a second factor',
  wantHint:
    'Your account is then safe even if somebody learns your password. It takes about a minute more.',
  demanded: 'This company asks for a second factor',
  demandedText: 'Once you have chosen a password, you set it up on the next page.',
  ready: 'Your second factor is ready',
  passwordForgotten:
    'For your safety this page has not kept your password over the reload. Please type it once more.',
  // the choice
  chooseTitle: 'Choose your second factor',
  chooseIntro: 'When you log in, you prove with it that it is really you.',
  app: 'With an authenticator app',
  appDetail: 'An app on your phone shows a new code every 30 seconds, also without a network.',
  mail: 'With codes by e-mail',
  mailDetail: (email: string) => `We mail a code to ${email} each time.`,
  // the set-up
  appTitle: 'Set up your authenticator app',
  mailTitle: 'Enter the code from your mail',
  repeatTitle: 'Get new recovery codes',
  repeatIntro:
    'Your second factor is set up, but its recovery codes are no longer on this page. Enter a new code to get others; those shown before are then no longer valid.',
  install: 'Have an authenticator app at hand',
  installText: 'Any app for one-time codes will do. Many password managers can do it as well.',
  scan: 'Scan this code with it',
  qr: 'QR code for your authenticator app',
  openHere: 'Or open it in an app on this device',
  byHand: 'You cannot scan it?',
  byHandText: 'Enter this key in the app:',
  key: 'Key',
  enter: 'Enter what the app shows',
  code: 'Six-digit code',
  codeInvalid: 'The code has six digits.',
  appCodeWrong:
    'This code is not right. Each is good for a moment only, and only once: wait for the next one. If it keeps failing, let your phone set its clock by itself.',
  mailCodeWrong:
    'This code is not right, or it is no longer valid. Take the newest mail, or ask for another code.',
  secretRenewed:
    'There were too many wrong codes, so there is a new key. Please remove the entry from your app and scan the code once more.',
  lost: 'Another window of this browser has taken over your enrollment, and the second factor was lost with it. Please set it up once more; an entry that is in your app already can be removed.',
  mailed: (email: string) => `We have mailed a code to ${email}. It is valid for a few minutes.`,
  mailAgain: 'Mail another code',
  mailAgainIn: (seconds: number) =>
    `You can ask for another code in ${formatDuration('en', seconds)}.`,
  noMail:
    'Nothing there? Look in the folder for spam. If the address is not yours, go back and choose the app.',
  retry: 'Try again',
  // the recovery codes
  codesTitle: 'Save your recovery codes',
  codesIntro:
    'Should you ever be without your second factor, each of these codes lets you in once. They are shown only now.',
  codes: 'Recovery codes',
  copyCodes: 'Copy the recovery codes',
  download: 'Download',
  print: 'Print',
  file: 'recovery-codes.txt',
  fileTitle: (instance: string, login: string) => `Recovery codes for ${login} at ${instance}`,
  saved: 'I have saved them',
  savedHint: 'In a password manager or on paper, but not on the device that shows you the codes.',
  notSaved: 'Please save the codes first and tick this box.',
  activate: 'Create the account',
  // elsewhere
  step: 'Create your password and set up a second factor',
}
