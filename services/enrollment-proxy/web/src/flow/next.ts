import { ended } from './dead-end.js'
import type {
  AddedDevice,
  DeadEndReason,
  Drafts,
  Enrolling,
  FactorMethod,
  Farewell,
  Flow,
  How,
  Invited,
  SavedEnrolling,
  SecondFactor,
  Session,
} from './flow.js'
import { nextEnrolling } from './next-enrolling.js'
import { openedLink } from './opened-link.js'
import { firstPage, pageAgain } from './pages.js'
import type { PasswordRefusal } from './password.js'
import { needsSecondFactor } from './second-factor.js'

export type FlowEvent =
  | { readonly type: 'token_given'; readonly token: string }
  | { readonly type: 'app_considered' }
  | { readonly type: 'how_chosen'; readonly how: How }
  | { readonly type: 'started'; readonly session: Session }
  | { readonly type: 'resumed'; readonly session: Session }
  | { readonly type: 'resume_failed' }
  | { readonly type: 'session_seen'; readonly session: Session }
  | { readonly type: 'words_seen'; readonly words: string }
  | { readonly type: 'drafted'; readonly drafts: Drafts }
  | { readonly type: 'note_sent' }
  | { readonly type: 'second_factor_needed'; readonly session: Session; readonly password: string }
  | { readonly type: 'factor_chosen'; readonly method: FactorMethod }
  | { readonly type: 'factor_offered'; readonly offer: SecondFactor & { stage: 'offered' } }
  | { readonly type: 'factor_proved'; readonly recoveryCodes: readonly string[] }
  | { readonly type: 'password_refused'; readonly reason: PasswordRefusal }
  | { readonly type: 'activated' }
  | { readonly type: 'already_activated' }
  | { readonly type: 'phone_refused' }
  | { readonly type: 'device_added'; readonly device: AddedDevice }
  | { readonly type: 'another_device' }
  | { readonly type: 'forward' }
  | { readonly type: 'back' }
  | { readonly type: 'time_up' }
  | { readonly type: 'refused'; readonly reason: DeadEndReason }
  | { readonly type: 'link_asked_for' }
  | { readonly type: 'other_token' }
  | { readonly type: 'again' }

/** The flow after an event. An event that has no meaning where the person stands changes nothing. */
export function next(flow: Flow, event: FlowEvent): Flow {
  switch (event.type) {
    case 'token_given':
      // The link that is in use already, opened once more in this tab.
      return isInUse(flow, event.token) ? flow : openedLink(event.token)
    case 'refused':
      return ended(flow, event.reason)
    default:
  }
  switch (flow.phase) {
    case 'invited':
      return nextInvited(flow, event)
    case 'resuming':
      if (event.type === 'resume_failed') return { ...flow, hasFailed: true }
      return event.type === 'resumed' ? resume(flow.saved, event.session) : flow
    case 'enrolling':
      return event.type === 'time_up' ? ended(flow, 'session_over') : nextEnrolling(flow, event)
    case 'finished':
      if (event.type === 'forward') return { phase: 'finished', farewell: flow.farewell }
      return event.type === 'resumed' && event.session.user.enrolled
        ? reopenFinish(flow.farewell, event.session)
        : flow
    case 'other_link':
      return event.type === 'other_token' ? openedLink(undefined) : flow
    case 'dead_end':
      return nextDeadEnd(flow, event)
  }
}

export function canGoBack(flow: Flow): boolean {
  return next(flow, { type: 'back' }) !== flow
}

function isInUse(flow: Flow, token: string): boolean {
  if (flow.phase === 'resuming') return flow.saved.token === token
  return flow.phase !== 'dead_end' && 'token' in flow && flow.token === token
}

function nextInvited(flow: Invited, event: FlowEvent): Flow {
  switch (event.type) {
    case 'app_considered':
      return { ...flow, page: 'choose' }
    case 'how_chosen':
      // The browser's way begins with the click on "Begin", which stands on the first page.
      return { ...flow, how: event.how, page: event.how === 'app' ? 'app' : 'landing' }
    case 'back':
      if (flow.page === 'landing') return flow
      return { ...flow, page: flow.page === 'app' ? 'choose' : 'landing', how: undefined }
    case 'started':
      return enrolling({
        page: firstPage(event.session, flow.how),
        token: flow.token,
        session: event.session,
      })
    default:
      return flow
  }
}

function nextDeadEnd(flow: Flow & { phase: 'dead_end' }, event: FlowEvent): Flow {
  switch (event.type) {
    case 'link_asked_for':
      return { ...flow, hasAskedForLink: true }
    case 'other_token':
      return openedLink(undefined)
    case 'again':
      return openedLink(flow.token)
    case 'forward':
      return flow.farewell ? { phase: 'finished', farewell: flow.farewell } : flow
    default:
      return flow
  }
}

function resume(saved: SavedEnrolling, session: Session): Enrolling {
  const { token, drafts, lostDevice } = saved
  const page = pageAgain(saved.page, session)
  const flow = enrolling({ page, token, session, drafts, lostDevice })
  // The password did not outlive the reload, and nothing else is missing.
  const isReady = page === 'second_factor' && !needsSecondFactor(session, drafts)
  return isReady ? { ...flow, page: 'password', notice: 'password_forgotten' } : flow
}

function reopenFinish(farewell: Farewell, session: Session): Enrolling {
  return enrolling({
    page: 'finish',
    token: undefined,
    session,
    lostDevice: farewell.deviceName,
  })
}

type Known = Pick<Enrolling, 'page' | 'token' | 'session'> &
  Partial<Pick<Enrolling, 'drafts' | 'lostDevice'>>

function enrolling({ page, token, session, drafts = {}, lostDevice }: Known): Enrolling {
  return {
    phase: 'enrolling',
    page,
    token,
    session,
    drafts,
    password: undefined,
    secondFactor: undefined,
    device: undefined,
    lostDevice,
    notice: undefined,
  }
}
