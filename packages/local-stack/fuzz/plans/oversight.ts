import { AuditServiceService as Audit } from '@defguard/proto/admin/v1/audit'
import { KeyServiceService as Keys } from '@defguard/proto/admin/v1/keys'
import { type Plan, plan } from '../plan.ts'

/** The audit log grows with the run, so of what reads all of it the beginning is enough. */
const BEGINNING = { isFirstEnough: true }

export const oversightPlans: readonly Plan[] = [
  plan(Audit.listAuditEvents, 'read', (world) => ({
    request: {
      page: world.page(),
      since_timestamp: 0,
      until_timestamp: 0,
      username: world.rng.pick(['', 'admin']),
      action: world.rng.pick(['', 'user', 'auth.login']),
      result: 0,
      ip: '',
    },
  })),

  plan(Audit.exportAuditEvents, 'read', () => ({ request: { after_position: 0 } }), BEGINNING),

  plan(Audit.verifyAudit, 'read', () => ({ request: { since_link: '' } }), {
    ...BEGINNING,
    isExclusive: true,
  }),

  plan(Keys.getKeyStatus, 'write', () => ({ request: {} })),

  plan(Keys.rotateKeys, 'write', () => ({ request: {} })),
]
