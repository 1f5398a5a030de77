import type { Messages } from '../en.js'

export const platform: Messages['platform'] = {
  // Names are not inflected: nobody but their owner knows how.
  device: (name: string, device: string) => `${device} (${name})`,
  mac: 'Mac',
  windows: 'PC z Windows',
  linux: 'PC z Linuksem',
  chromebook: 'Chromebook',
  iphone: 'iPhone',
  ipad: 'iPad',
  android: 'Telefon z Androidem',
  other: 'Urządzenie',
}
