import type { EnrollmentReply } from '../../../src/http/contract.js'
import type { Enrolling, Step } from './flow.js'

type Page = Enrolling['page']
type Rules = Pick<EnrollmentReply, 'settings' | 'user'>

/** False where only admins may add devices, in the browser as in the app. */
export function canAddDevices({ settings, user }: Rules): boolean {
  return !settings.admin_device_management || user.is_admin
}

/** The steps that exist for this person, in order. */
export function stepsFor(rules: Rules): readonly Step[] {
  const hasVpnStep = canAddDevices(rules) && !rules.settings.only_client_activation
  return hasVpnStep
    ? ['welcome', 'data', 'password', 'vpn', 'finish']
    : ['welcome', 'data', 'password', 'finish']
}

/** The step that a page belongs to; undefined before the first. */
export function stepOf(page: Page): Step | undefined {
  if (page === 'choose' || page === 'app') return undefined
  return page === 'choose_factor' || page === 'second_factor' ? 'password' : page
}
