export const choose = {
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
}
