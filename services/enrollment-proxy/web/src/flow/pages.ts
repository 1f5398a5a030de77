import type { Enrolling, How, Session, Step } from './flow.js'
import { canAddDevices, stepOf, stepsFor } from './steps.js'

type Page = Enrolling['page']

/** Where somebody comes in who has just begun. */
export function firstPage(session: Session, how: How | undefined): Page {
  if (!canAddDevices(session)) return browserPage(session)
  if (!hasChoice(session) || how === 'app') return 'app'
  return how === 'browser' ? browserPage(session) : 'choose'
}

/** Whoever has a password already is not asked for a new one. */
export function browserPage(session: Session): Page {
  return session.user.enrolled ? afterActivation(session) : 'welcome'
}

/** Where somebody goes on who has a password. */
export function afterActivation(session: Session): Step {
  return stepsFor(session).includes('vpn') ? 'vpn' : 'finish'
}

/** False where the browser has nothing left to do for somebody who is enrolled. */
function hasChoice(session: Session): boolean {
  return !session.user.enrolled || stepsFor(session).includes('vpn')
}

export function pageAfter({ page, session, drafts }: Enrolling): Page {
  if (page === 'app') return session.user.enrolled ? 'finish' : page
  // The account itself waits for the password, which a reload has taken.
  if (page === 'second_factor') return drafts.hasSavedCodes ? 'password' : page
  if (page === 'choose' || page === 'choose_factor') return page
  if (page === 'password' && !session.user.enrolled) return page
  const steps = stepsFor(session)
  return steps[steps.indexOf(page) + 1] ?? page
}

export function pageBefore({ page, session, secondFactor }: Enrolling): Page {
  switch (page) {
    case 'choose':
      return page
    case 'app':
      return hasChoice(session) ? 'choose' : page
    case 'welcome':
      return canAddDevices(session) ? 'choose' : page
    case 'choose_factor':
      return 'password'
    case 'second_factor': {
      const hasMethods = session.settings.smtp_configured && !session.mfa_finished
      return hasMethods && secondFactor?.stage !== 'proved' ? 'choose_factor' : 'password'
    }
    default: {
      const steps = stepsFor(session)
      return steps[steps.indexOf(page) - 1] ?? page
    }
  }
}

/** The page to come back to: the same one, as long as it is there for this person. */
export function pageAgain(page: Page, session: Session): Page {
  const step = stepOf(page)
  if (step === undefined) return page
  const { enrolled } = session.user
  const isDone = step !== page && enrolled
  const isAhead = (step === 'vpn' || step === 'finish') && !enrolled
  return isDone || isAhead || !stepsFor(session).includes(step) ? browserPage(session) : page
}
