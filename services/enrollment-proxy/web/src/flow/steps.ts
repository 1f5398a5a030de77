import type { EnrollmentReply } from '../../../src/http/contract.js'
import type { Enrolling, Step } from './flow.js'

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

export function isStep(page: Enrolling['page']): page is Step {
  return page !== 'choose' && page !== 'app'
}

/** Where somebody goes on who has a password already. */
export function afterActivation(rules: Rules): Step {
  return stepsFor(rules).includes('vpn') ? 'vpn' : 'finish'
}
