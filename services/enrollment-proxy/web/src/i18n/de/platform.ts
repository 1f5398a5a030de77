import type { Messages } from '../en.js'

export const platform: Messages['platform'] = {
  device: (name: string, device: string) => `${device} von ${name}`,
  mac: 'Mac',
  windows: 'Windows-PC',
  linux: 'Linux-PC',
  chromebook: 'Chromebook',
  iphone: 'iPhone',
  ipad: 'iPad',
  android: 'Android-Smartphone',
  other: 'Gerät',
}
