export const finish = {
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
}
