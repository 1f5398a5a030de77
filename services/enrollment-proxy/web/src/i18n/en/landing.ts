export const landing = {
  invited: (instance: string) => `You have been invited to ${instance}`,
  invitedUnnamed: 'You have been invited',
  whatHappens: 'Here you set up your account. It takes about three minutes:',
  stepData: 'Look over what we know about you',
  stepPassword: 'Choose a password',
  stepVpn: 'Connect a device to the VPN, where your company offers it',
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
}
