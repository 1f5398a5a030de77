import { lazy } from 'react'

/*
 * Keys, QR codes, archives and Markdown are half of the page, and nobody needs them at first. A screen
 * loads its part by itself and says so if that fails.
 */

const loadConfigureVpn = () => import('./screens/configure-vpn.js')
const loadDeviceAdded = () => import('./components/device-added.js')
const loadFinish = () => import('./screens/finish.js')
const loadNoteForm = () => import('./components/note-form.js')
const loadSecondFactor = () => import('./screens/second-factor.js')

export const ConfigureVpn = lazy(async () => ({
  default: (await loadConfigureVpn()).ConfigureVpn,
}))
export const DeviceAdded = lazy(async () => ({ default: (await loadDeviceAdded()).DeviceAdded }))
export const Finish = lazy(async () => ({ default: (await loadFinish()).Finish }))
export const NoteForm = lazy(async () => ({ default: (await loadNoteForm()).NoteForm }))
export const SecondFactor = lazy(async () => ({
  default: (await loadSecondFactor()).SecondFactor,
}))

/** Fetches them while the person reads something else. */
export function preloadScreens(): void {
  for (const load of [loadNoteForm, loadSecondFactor, loadConfigureVpn, loadFinish]) {
    load().catch(() => undefined)
  }
}
