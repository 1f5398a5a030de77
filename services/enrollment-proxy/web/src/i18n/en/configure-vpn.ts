import { plural } from '../format.js'

export const vpn = {
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
}
