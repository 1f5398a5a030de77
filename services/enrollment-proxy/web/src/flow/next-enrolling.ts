import type { Drafts, Enrolling, SecondFactor, Session } from './flow.js'
import type { FlowEvent } from './next.js'
import { afterActivation, browserPage, pageAfter, pageAgain, pageBefore } from './pages.js'
import { firstSubStep } from './second-factor.js'

/** Answers of core a moment apart give deadlines a moment apart; the clock must not jump for that. */
const CLOCK_JITTER_MS = 2_000

/** The flow of somebody whose clock runs, after an event; never on a page that is not for them. */
export function nextEnrolling(flow: Enrolling, event: FlowEvent): Enrolling {
  const after = following(flow, event)
  const page = pageAgain(after.page, after.session)
  return page === after.page ? after : { ...after, page }
}

function following(flow: Enrolling, event: FlowEvent): Enrolling {
  switch (event.type) {
    case 'how_chosen':
      return { ...flow, page: event.how === 'app' ? 'app' : browserPage(flow.session) }
    case 'session_seen':
      return seen(flow, event.session)
    case 'words_seen':
      return { ...flow, session: { ...flow.session, final_page_content: event.words } }
    case 'drafted':
      return { ...flow, drafts: { ...flow.drafts, ...event.drafts } }
    case 'note_sent':
      return { ...flow, drafts: noteSent(flow.drafts) }
    case 'second_factor_needed':
      return neededFactor(flow, event.session, event.password)
    case 'factor_chosen':
      return {
        ...flow,
        page: 'second_factor',
        drafts: { ...flow.drafts, factorMethod: event.method },
        secondFactor: undefined,
        notice: undefined,
      }
    case 'factor_offered':
      return offered(flow, event.offer)
    case 'factor_proved':
      return {
        ...flow,
        session: { ...flow.session, mfa_finished: true },
        drafts: { ...flow.drafts, hasSavedCodes: false },
        secondFactor: { stage: 'proved', recoveryCodes: event.recoveryCodes },
        notice: undefined,
      }
    case 'password_refused':
      return { ...flow, page: 'password', notice: event.reason }
    case 'activated':
      return activated(flow)
    case 'already_activated':
      return { ...activated(flow), notice: 'already_activated' }
    case 'phone_refused':
      return { ...flow, page: 'data', notice: 'phone_refused' }
    case 'device_added':
      return {
        ...flow,
        device: event.device,
        session: withDevice(flow.session, event.device.name),
        lostDevice: undefined,
        drafts: withoutDevice(flow.drafts),
      }
    case 'another_device':
      return { ...flow, page: 'vpn', device: undefined, lostDevice: undefined }
    case 'forward':
      return wentOn(flow)
    case 'back':
      return moved(flow, pageBefore(flow))
    default:
      return flow
  }
}

function moved(flow: Enrolling, page: Enrolling['page']): Enrolling {
  return page === flow.page ? flow : { ...flow, page, notice: undefined }
}

function wentOn(flow: Enrolling): Enrolling {
  const page = pageAfter(flow)
  if (flow.page !== 'second_factor' || page === flow.page) return moved(flow, page)
  return { ...flow, page, notice: 'password_forgotten' }
}

/** The session as core sees it now. Another tab may have put one without the factor in its place. */
function seen(flow: Enrolling, session: Session): Enrolling {
  // An answer that was under way before the account was made.
  if (flow.session.user.enrolled && !session.user.enrolled) return flow
  const next = { ...flow, session: steadied(flow.session, session) }
  const isLost = flow.session.mfa_finished && !session.mfa_finished && !session.user.enrolled
  if (!isLost) return next
  const drafts = { ...flow.drafts, hasSavedCodes: false }
  return { ...next, drafts, secondFactor: undefined, notice: 'factor_lost' }
}

function neededFactor(flow: Enrolling, session: Session, password: string): Enrolling {
  const next = { ...seen({ ...flow, notice: undefined }, session), password }
  return { ...next, page: firstSubStep(session, next.drafts) }
}

function offered(flow: Enrolling, offer: SecondFactor & { stage: 'offered' }): Enrolling {
  const { secondFactor: before, notice } = flow
  const isRenewed = secretOf(before) !== undefined && secretOf(before) !== secretOf(offer)
  return { ...flow, secondFactor: offer, notice: isRenewed ? 'secret_renewed' : notice }
}

function secretOf(factor: SecondFactor | undefined): string | undefined {
  return factor && 'secret' in factor ? factor.secret : undefined
}

function activated(flow: Enrolling): Enrolling {
  const user = {
    ...flow.session.user,
    enrolled: true,
    phone_number: flow.drafts.phone?.trim() || flow.session.user.phone_number,
  }
  const session = { ...flow.session, user }
  return {
    ...flow,
    session,
    page: afterActivation(session),
    password: undefined,
    secondFactor: undefined,
    notice: undefined,
  }
}

function withDevice(session: Session, name: string): Session {
  const { user } = session
  const others = user.device_names.filter((known) => known !== name)
  return { ...session, user: { ...user, device_names: [...others, name] } }
}

function noteSent({ notesSent = 0, ...drafts }: Drafts): Drafts {
  return { ...drafts, note: undefined, notesSent: notesSent + 1 }
}

function withoutDevice(drafts: Drafts): Drafts {
  return { ...drafts, deviceName: undefined, ownPublicKey: undefined }
}

function steadied(known: Session, seen: Session): Session {
  const isJitter = Math.abs(known.endsAt - seen.endsAt) < CLOCK_JITTER_MS
  return isJitter ? { ...seen, endsAt: known.endsAt } : seen
}
