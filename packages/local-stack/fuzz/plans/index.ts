import type { Plan, RoutePlan } from '../plan.ts'
import { apiTokenPlans } from './api-tokens.ts'
import { authPlans } from './auth.ts'
import { devicePlans } from './devices.ts'
import { enrollmentSteps } from './enrollment.ts'
import { groupPlans } from './groups.ts'
import { invitationPlans } from './invitations.ts'
import { locationPlans } from './locations.ts'
import { mailPlans } from './mails.ts'
import { oversightPlans } from './oversight.ts'
import { passwordResetSteps } from './password-reset.ts'
import { secondFactorPlans } from './second-factor.ts'
import { textPlans } from './texts.ts'
import { userPlans } from './users.ts'

const steps = [...enrollmentSteps, ...passwordResetSteps]

/** How a valid call of each method is made; a method that is missing here fails the run. */
export const PLANS: readonly Plan[] = [
  ...authPlans,
  ...secondFactorPlans,
  ...apiTokenPlans,
  ...userPlans,
  ...groupPlans,
  ...invitationPlans,
  ...devicePlans,
  ...locationPlans,
  ...mailPlans,
  ...oversightPlans,
  ...textPlans,
  ...steps.map(({ plan }) => plan),
]

const unasked = (path: string): RoutePlan => ({
  name: `GET /api/v1/${path}`,
  asks: undefined,
  repeats: [],
  prepare: async () => ({}),
})

/** The same for each route of the proxy. */
export const ROUTES: readonly RoutePlan[] = [
  ...steps.map(({ route }) => route),
  ...['info', 'health', 'health-grpc', 'openapi.json'].map(unasked),
]
