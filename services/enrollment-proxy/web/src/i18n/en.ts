import { formatDuration, plural } from './format.js'

const duration = (seconds: number) => formatDuration('en', seconds)

/** Every text of the page. Other languages are objects of the type `Messages`, found at the end. */
export const en = {
  common: {
    enrollment: 'Enrollment',
    yourCompany: 'your company',
    back: 'Back',
    next: 'Next',
    loading: 'Just a moment…',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Your browser did not allow copying. Please select the text and copy it.',
    opensInNewTab: '(opens in a new tab)',
    fault:
      'Something went wrong on our side, and nothing was changed. Please try again; if it happens once more, tell your admin.',
    timeLeft: 'Time left',
    duration,
    durationShort: (seconds: number) => formatDuration('en', seconds, 'short'),
    timeWarning: (seconds: number) => `${duration(seconds)} left.`,
    yourAdmin: 'Your admin',
    steps: 'Steps',
    stepOf: (number: number, total: number, step: string) => `Step ${number} of ${total} · ${step}`,
    stepDone: 'done',
    optional: 'optional',
    pageTitle: (heading: string, instance: string) => `${heading} – ${instance}`,
  },
  steps: {
    welcome: 'Welcome',
    data: 'Data verification',
    password: 'Create password',
    vpn: 'Configure VPN',
    finish: 'Finish',
  },
  landing: {
    invited: (instance: string) => `You have been invited to ${instance}`,
    invitedUnnamed: 'You have been invited',
    whatHappens:
      'Here you set up your account and, if you like, the VPN on this device. It takes about three minutes:',
    stepData: 'Look over what we know about you',
    stepPassword: 'Choose a password',
    stepVpn: 'Connect a device to the VPN',
    clock:
      'Your time is limited from the moment you begin, to keep your account safe. Nothing has started yet.',
    begin: 'Begin',
    useApp: 'Use the Defguard app instead',
    title: (instance: string) => `Welcome to ${instance}`,
    paste:
      'To enroll you need the token of your invitation. Usually you just open the link in the mail; if that does not work, paste the token here.',
    token: 'Enrollment token',
    tokenHint:
      'It is in your invitation mail and begins with dge_. You may also paste the whole link.',
    proceed: 'Continue',
    tokenMissing: 'Please paste the token from your invitation mail.',
    tokenMistyped:
      'This token is not complete: a character is missing or changed. Please copy it again from the mail, from the first to the last character.',
    tokenForeign:
      'This does not look like an enrollment token. It begins with dge_ and has 42 characters.',
    tokenOtherKind:
      'This is a token for something else. Please look in your mail for the one that invites you to enroll.',
    haveAccount: 'You have an account already?',
    forgotPassword: 'Forgot your password?',
  },
  choose: {
    title: 'How would you like to enroll?',
    titleEnrolled: (name: string) => `Your account is ready, ${name}`,
    introEnrolled: 'You have a password already. Which device would you like to connect?',
    intro: 'Both ways lead to the same account, and you can change your mind.',
    suggested: 'Suggested',
    browser: 'In this browser',
    browserDetail: 'Nothing to install now. You get a VPN configuration for any WireGuard app.',
    browserPlain: 'Nothing to install. You set your password here.',
    browserEnrolled: 'You get a VPN configuration for any WireGuard app.',
    app: 'With the Defguard app',
    appDetail: 'The app for your computer guides you, and sets up all VPN locations by itself.',
    appMobile:
      'The app for your computer guides you. The mobile app joins in at the end, once you have a password.',
  },
  useApp: {
    title: 'Enroll with the Defguard app',
    titleEnrolled: 'Add the Defguard app',
    install: 'Install the app',
    installText: 'Skip this if you have it. Take your time: the clock does not run yet.',
    installTextRunning: 'Skip this if you have it.',
    download: 'Get the Defguard app',
    open: 'Open your invitation in it',
    openText: 'The app asks whether it may open, and then knows everything it needs.',
    openButton: 'Open the Defguard app',
    byHand: 'If nothing happens, choose “Add instance” in the app and enter these two:',
    instanceUrl: 'Instance URL',
    token: 'Token',
    tokenGone:
      'For your safety this page has forgotten the token. Open the link of your invitation once more to see it.',
    follow: 'Come back here',
    followText:
      'Once you have opened the app, press this button: this page then notices when you are done.',
    followButton: 'I have opened the app',
    followClock: 'It starts your time, if the app has not started it already.',
    waiting: 'Waiting for the app. This page notices by itself when you are done.',
    done: 'Done! The app has set up your account.',
    doneText: 'Your password is set. Go on to read what comes next.',
    addedText: (device: string) => `The app has connected “${device}”.`,
    added: 'Done! A new device is connected.',
  },
  welcome: {
    title: (name: string) => `Hello, ${name}`,
    intro: (instance: string) =>
      `Welcome to ${instance}. A few short steps, and your account is ready:`,
    stepData: 'Check your data',
    stepPassword: 'Create your password',
    stepVpn: 'Connect a device to the VPN',
    stepVpnOptional: 'Connect a device to the VPN, if you like',
    time: (seconds: number) => {
      const minutes = Math.round(seconds / 60)
      return minutes < 1
        ? 'Less than a minute is left for this. Should the time run out, ask your admin for a new link.'
        : `You have ${plural('en', minutes, { one: 'about one minute', other: `about ${minutes} minutes` })} for this. Should the time run out, ask your admin for a new link.`
    },
    help: 'If you have questions, ask the person who invited you:',
  },
  data: {
    title: 'Verify your data',
    intro: 'This is what your admin has entered. You can correct your phone number here.',
    introDone: 'This is what we know about you.',
    firstName: 'First name',
    lastName: 'Last name',
    login: 'Login',
    email: 'E-mail',
    phone: 'Phone',
    phoneHint: 'With the country code, for example +48 600 100 200. You may leave it empty.',
    phoneInvalid:
      'A phone number has digits, spaces and + - ( ) . / only, and at most 64 characters.',
    phoneRefused: 'This phone number was not accepted. Please correct it, or leave it empty.',
    noPhone: 'none',
    wrong: 'Something is wrong?',
    wrongText: 'You can go on all the same. Write to your admin, who can correct the rest:',
    wrongSubject: (login: string) => `My data is not correct (${login})`,
  },
  password: {
    title: 'Create your password',
    intro: 'You use it together with your login. A few unrelated words make a good password.',
    login: 'Login',
    password: 'New password',
    repeat: 'Repeat the password',
    show: 'Show what I type',
    hide: 'Hide what I type',
    strength: {
      weak: 'Strength: weak. Make it longer.',
      fair: 'Strength: fair. A little longer would be better.',
      good: 'Strength: good.',
      strong: 'Strength: strong.',
    },
    noStrength: 'Strength',
    rules: 'What your password needs',
    ruleLength: 'At least 8 characters',
    ruleMaximum: 'At most 128 characters',
    rulePersonal: 'Not your name, your e-mail address or the name of the company',
    ruleSame: 'The same in both fields',
    ruleMet: 'met',
    ruleUnmet: 'not met yet',
    tooShort: 'Please use at least 8 characters.',
    refusedShort: 'It is too short for the rules of this company. Please make it longer.',
    tooLong: 'Please use at most 128 characters.',
    personal:
      'It is your name, your e-mail address or the name of the company. Please choose another.',
    common:
      'It is one of the most common passwords, which attackers try first. Please choose another.',
    different: 'The two passwords are not the same.',
    mfaMissing:
      'You began to set up a second factor in the app. Please finish there, or start again from the link.',
    titleDone: 'Your password is set',
    done: 'Your account is ready. You can change the password later, but not here.',
    alreadyActivated:
      'Your account was set up already, in another window or in the app. The password from there is valid; the one you have just typed was not used.',
  },
  vpn: {
    title: 'Connect a device to the VPN',
    intro:
      'Add this device, or another one of yours, to the VPN. You can then connect with any WireGuard app.',
    introOptional: 'This step is optional: you can leave it out.',
    deviceName: 'Device name',
    deviceNameHint: 'So that you recognise it later.',
    deviceNameInvalid: 'Please enter a name with at most 100 characters.',
    deviceNameTaken: 'You have a device with this name already. Please choose another name.',
    keys: 'Keys',
    generate: 'Generate a key pair',
    generateDetail: 'Made in this browser. The private key never leaves this page.',
    own: 'Use my own public key',
    ownDetail: 'For those who have made a WireGuard key pair themselves.',
    publicKey: 'Public key',
    publicKeyInvalid: 'A WireGuard public key has 44 characters and ends with “=”.',
    publicKeyRefused: 'This key cannot be used. Please make a new key pair.',
    add: 'Add device',
    required: 'Please add a device first.',
    skip: 'Skip this step',
    deviceLimit:
      'No more devices can be added with this invitation. You can go on; ask your admin if you need another one.',
    locationFull:
      'One of your VPN locations has no free address, so the device was not added. You can go on; please tell your admin.',
    adminOnly: 'In this company only admins add devices. You can go on; ask your admin for one.',
    titleAdded: (device: string) => `“${device}” is ready`,
    introAdded: (locations: number) =>
      plural('en', locations, {
        one: 'Scan the code with the WireGuard app on your phone, or download the file and import it.',
        other: `You have ${locations} VPN locations, each with its own configuration. Scan the codes with the WireGuard app on your phone, or download the files and import them.`,
      }),
    warning: 'Save it now',
    warningText:
      'The configuration holds your private key, which exists only in this page. Once you close or reload the page it is gone, and you would have to add the device anew. Show it to nobody.',
    ownKeyText: 'Put your private key in place of YOUR_PRIVATE_KEY in the configuration.',
    downloadAll: 'Download all as a zip file',
    download: (file: string) => `Download ${file}`,
    copyConfigOf: (location: string) => `Copy the configuration for ${location}`,
    showQr: (location: string) => `QR code for ${location}`,
    qr: (location: string) => `QR code of the WireGuard configuration for ${location}`,
    qrHint: 'WireGuard app → “+” → Scan from QR code',
    address: 'Address',
    endpoint: 'Server',
    another: 'Add another device',
    noLocations: 'Your device is added',
    noLocationsText:
      'There is no VPN location for you yet, so there is nothing to set up now. Your admin can give you access later, and you can add the device again then.',
    lost: (device: string) =>
      `You added “${device}” before this page was reloaded. Its private key is gone with the old page; if you have not saved the configuration, add the device again under another name.`,
    wireguard: 'No WireGuard app yet?',
    wireguardLink: 'Get it from wireguard.com',
  },
  finish: {
    title: (name: string) => `You are all set, ${name}`,
    subtitle: 'Your account is ready.',
    message: (instance: string) => `A message from ${instance}`,
    whatNext: 'What next',
    login: (login: string) => `Your login is ${login}. Keep the password to yourself.`,
    connect: (device: string) =>
      `Import the configuration of “${device}” into your WireGuard app and switch the connection on.`,
    apps: 'Bring in the Defguard app',
    appsText: 'While there is time left, you can connect your computer or your phone as well.',
    computer: 'On your computer',
    computerText: 'The app sets up all VPN locations by itself.',
    openApp: 'Open the Defguard app',
    phone: 'On your phone',
    phoneText: 'In the mobile app choose “Add instance”, then scan this code.',
    qr: 'QR code for the Defguard mobile app',
    byHand: 'Enter it by hand',
    getApp: 'Get the Defguard app',
    openLinkAgain:
      'To connect another device, open the link of your invitation once more while there is time left.',
    questions: 'Questions?',
  },
  deadEnd: {
    token_unknown: {
      title: 'This link is not known here',
      text: 'Perhaps it was cut off in the mail. Please open it once more, or copy the whole token.',
    },
    token_used: {
      title: 'This link has been used',
      text: 'Its time is over. If you have finished your enrollment, everything is fine and there is nothing left to do. If not, ask for a new link.',
    },
    token_expired: {
      title: 'This link has expired',
      text: 'An invitation is good for a limited time, and this one was not used in it. Please ask for a new link.',
    },
    token_revoked: {
      title: 'This link was withdrawn',
      text: 'Usually a newer invitation has taken its place: look for the latest mail. If there is none, ask for a new link.',
    },
    wrong_token_kind: {
      title: 'This link is for something else',
      text: 'It is a valid token, but not one for an enrollment. Please look for your invitation mail.',
    },
    session_over: {
      title: 'Time is up',
      text: 'To keep your account safe, an enrollment has to be completed in a limited time. What you completed stays; for the rest, please ask for a new link.',
    },
    user_disabled: {
      title: 'Your account is switched off',
      text: 'An admin has disabled it, so the enrollment cannot go on. Please ask your admin.',
    },
    whom: 'This person can help you:',
    whomUnknown: 'Please contact the person who invited you.',
    otherToken: 'Enter another token',
  },
  reset: {
    what: 'Password reset',
    askTitle: 'Forgot your password?',
    askIntro: 'Enter the e-mail address of your account. We send you a link to choose a new one.',
    email: 'E-mail address',
    emailHint: 'The one your company knows you by.',
    emailInvalid: 'Please enter an e-mail address, such as anna@example.com.',
    ask: 'Send me a link',
    askedTitle: 'Look in your mail',
    asked:
      'If there is an account with this address, a mail is on its way. Open the link in it to choose a new password.',
    askedFor: 'Address',
    noMail: 'No mail?',
    noMailWait: 'It can take a few minutes. Please look in the folder for spam as well.',
    noMailAddress:
      'Perhaps your account has another address. For your safety we cannot tell you here whether it has this one.',
    otherAddress: 'Enter the address again',
    beginTitle: 'Choose a new password',
    beginIntro: (instance: string) =>
      `With this link you set a new password for your account at ${instance}. Until then the old one stays valid.`,
    begin: 'Begin',
    notYou: 'You did not ask for it? Then close this page: nothing changes.',
    newTitle: 'Your new password',
    newIntro: 'A few unrelated words make a good password.',
    change: 'Set the new password',
    changedTitle: 'Your new password is set',
    changed: 'The old one is no longer valid, and you were logged out wherever you were logged in.',
    changedSignIn: 'From now on use the new password together with your login.',
    changedDevices: 'Your VPN devices stay connected as they are.',
    changedClose: 'You can close this page.',
    invitationTitle: 'This is an invitation',
    invitation:
      'This link does not set a new password: it is for setting up your account for the first time.',
    toEnrollment: 'Go to the enrollment',
    newLink: 'Ask for a new link',
    offTitle: 'Passwords are not reset here',
    off: 'Your company has switched this page off. Your admin can give you a new password.',
    whomUnknown: 'Please contact your admin.',
  },
  resetDeadEnd: {
    token_mistyped: {
      title: 'This link is not complete',
      text: 'A character is missing or changed. Please open the link in the mail once more, or copy all of it.',
    },
    token_unknown: {
      title: 'This link is not known here',
      text: 'Perhaps it was cut off in the mail, or it is an old one. Please open it once more, or ask for a new link.',
    },
    token_used: {
      title: 'This link has been used',
      text: 'Its time is over. If you have set a new password with it, that one is valid. If not, ask for a new link.',
    },
    token_expired: {
      title: 'This link has expired',
      text: 'It is good for a limited time, and was not used in it. Your password has not changed.',
    },
    token_revoked: {
      title: 'This link was withdrawn',
      text: 'Usually a newer one has taken its place: look for the latest mail. If there is none, ask for a new link.',
    },
    wrong_token_kind: {
      title: 'This link is for something else',
      text: 'It is valid, but not for setting a new password. Please look for the right mail, or ask for a new link.',
    },
    session_over: {
      title: 'Time is up',
      text: 'To keep your account safe, the new password has to be set in a limited time. If it was not set, the old one is still valid.',
    },
    user_disabled: {
      title: 'This account cannot be used',
      text: 'It is switched off, or it was never set up completely. Please ask your admin.',
    },
  },
  unreachable: {
    title: 'We are trying to reach the server',
    text: 'It does not answer at the moment. This page keeps trying by itself and goes on where you are; nothing you typed is lost.',
    tryNow: 'Try now',
  },
  tooMany: {
    title: 'Too many attempts',
    text: 'Many requests came from your network in a short time. For safety there is a short break.',
    wait: (seconds: number) => `You can try again in ${duration(seconds)}.`,
    ready: 'You can try again now.',
    back: 'Try again',
  },
  broken: {
    title: 'This page did not load completely',
    text: 'Perhaps the connection was lost. Please reload: you come back to the same step.',
    reload: 'Reload the page',
  },
  platform: {
    device: (name: string, device: string) => `${name}’s ${device}`,
    mac: 'Mac',
    windows: 'Windows PC',
    linux: 'Linux PC',
    chromebook: 'Chromebook',
    iphone: 'iPhone',
    ipad: 'iPad',
    android: 'Android phone',
    other: 'device',
  },
}

export type Messages = typeof en
