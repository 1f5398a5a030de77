export const otherLink = {
  resetTitle: 'This link is for a new password',
  reset: 'It is not an invitation: with it you choose a new password for the account you have.',
  toReset: 'Choose a new password',
  deviceTitle: 'This token is for a network device',
  device:
    'It connects a device that works by itself, such as a server or a router, and is used there with the command line client “dg”:',
  command: 'Command',
  deviceHint: 'If you were to enroll yourself, look for your invitation mail.',
  enterOther: 'Enter another token',
}
