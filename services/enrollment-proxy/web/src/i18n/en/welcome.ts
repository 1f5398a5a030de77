import { plural } from '../format.js'

export const welcome = {
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
}
