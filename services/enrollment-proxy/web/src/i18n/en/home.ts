export const home = {
  intro: 'What would you like to do?',
  enroll: 'Enroll',
  reset: 'Reset my password',
  resetText: 'For those who have an account and have forgotten its password.',
  connectTitle: (instance: string) => `Connect a device to ${instance}`,
  connectTitleUnnamed: 'Connect a device',
  connectText: 'With this link you add a computer or a phone to the account that you have.',
}
