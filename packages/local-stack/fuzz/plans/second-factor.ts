import { AuthServiceService as Auth } from '@defguard/proto/admin/v1/auth'
import { totpAt } from '../../../../services/enrollment-proxy/tests/clients/_totp.ts'
import { type Plan, plan } from '../plan.ts'

export const secondFactorPlans: readonly Plan[] = [
  plan(Auth.setupTotp, 'anyone', async (world) => {
    const self = await world.take(world.loggedIn, 'AuthService/Login')
    return {
      request: { password: self.password, code: undefined },
      bearer: self.session,
      settle: ({ totp_secret }) => world.settingUp.put({ ...self, totpSecret: totp_secret }),
      back: () => world.loggedIn.put(self),
    }
  }),

  plan(Auth.finishTotp, 'anyone', async (world) => {
    const self = await world.take(world.settingUp, 'AuthService/SetupTotp')
    return {
      request: { code: totpAt(self.totpSecret, world.clock()) },
      bearer: self.session,
      settle: ({ recovery_codes }) =>
        world.withFactor.put({ session: self.session, recoveryCodes: recovery_codes }),
    }
  }),

  plan(Auth.regenerateRecoveryCodes, 'anyone', async (world) => {
    const self = await world.take(world.withFactor, 'AuthService/FinishTotp')
    const [code] = self.recoveryCodes
    return {
      request: { code },
      bearer: self.session,
      settle: ({ recovery_codes }) =>
        world.withFactor.put({ ...self, recoveryCodes: recovery_codes }),
    }
  }),
]
