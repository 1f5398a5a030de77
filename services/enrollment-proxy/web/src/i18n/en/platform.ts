export const platform = {
  device: (name: string, device: string) => `${name}’s ${device}`,
  mac: 'Mac',
  windows: 'Windows PC',
  linux: 'Linux PC',
  chromebook: 'Chromebook',
  iphone: 'iPhone',
  ipad: 'iPad',
  android: 'Android phone',
  other: 'device',
}
