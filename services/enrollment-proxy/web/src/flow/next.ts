import type {
  AddedDevice,
  DeadEndReason,
  Drafts,
  Enrolling,
  Farewell,
  Flow,
  How,
  Invited,
  SavedEnrolling,
  Session,
} from './flow.js'
import { invited } from './flow.js'
import { afterActivation, canAddDevices, isStep, stepsFor } from './steps.js'

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
  | { readonly type: 'activated' }
  | { readonly type: 'already_activated' }
  | { readonly type: 'phone_refused' }
  | { readonly type: 'device_added'; readonly device: AddedDevice }
  | { readonly type: 'another_device' }
  | { readonly type: 'forward' }
  | { readonly type: 'back' }
  | { readonly type: 'time_up' }
  | { readonly type: 'refused'; readonly reason: DeadEndReason }
  | { readonly type: 'other_token' }

/** Answers of core a moment apart give deadlines a moment apart; the clock must not jump for that. */
const CLOCK_JITTER_MS = 2_000

/** The flow after an event. An event that has no meaning where the person stands changes nothing. */
export function next(flow: Flow, event: FlowEvent): Flow {
  switch (event.type) {
    case 'token_given':
      // The link that is in use already, opened once more in this tab.
      return 'token' in flow && flow.token === event.token ? flow : invited(event.token)
    case 'other_token':
      return invited(undefined)
    case 'refused':
      return flow.phase === 'finished' ? flow : ended(flow, event.reason)
    default:
  }
  switch (flow.phase) {
    case 'invited':
      return nextInvited(flow, event)
    case 'resuming':
      if (event.type === 'resume_failed') return { ...flow, hasFailed: true }
      return event.type === 'resumed' ? resume(flow.saved, event.session) : flow
    case 'finished':
      return event.type === 'resumed' ? reopenFinish(flow.farewell, event.session) : flow
    case 'enrolling':
      return nextEnrolling(flow, event)
    case 'dead_end':
      return flow
  }
}

export function canGoBack(flow: Flow): boolean {
  return next(flow, { type: 'back' }) !== flow
}

export function farewellOf({ session, device, lostDevice }: Enrolling): Farewell {
  return {
    firstName: session.user.first_name,
    login: session.user.login,
    instanceName: session.instance.name,
    message: session.final_page_content,
    admin: session.admin,
    deviceName: device ? configuredName(device) : lostDevice,
  }
}

function configuredName({ name, configs }: AddedDevice): string | undefined {
  return configs.length > 0 ? name : undefined
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
      return {
        phase: 'enrolling',
        page: firstPage(event.session, flow.how),
        token: flow.token,
        session: event.session,
        drafts: {},
        device: undefined,
        lostDevice: undefined,
        notice: undefined,
      }
    default:
      return flow
  }
}

function firstPage(session: Session, how: How | undefined): Enrolling['page'] {
  if (!canAddDevices(session)) return browserPage(session)
  if (how === 'app') return 'app'
  return how === 'browser' ? browserPage(session) : 'choose'
}

/** Whoever has a password already is not asked for a new one. */
function browserPage(session: Session): Enrolling['page'] {
  return session.user.enrolled ? afterActivation(session) : 'welcome'
}

function nextEnrolling(flow: Enrolling, event: FlowEvent): Flow {
  switch (event.type) {
    case 'how_chosen':
      return { ...flow, page: event.how === 'app' ? 'app' : browserPage(flow.session) }
    case 'session_seen':
      return { ...flow, session: steadied(flow.session, event.session) }
    case 'words_seen':
      return { ...flow, session: { ...flow.session, final_page_content: event.words } }
    case 'drafted':
      return { ...flow, drafts: { ...flow.drafts, ...event.drafts } }
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
      return { ...flow, device: undefined, lostDevice: undefined }
    case 'forward':
      return moved(flow, pageAfter(flow))
    case 'back':
      return moved(flow, pageBefore(flow))
    case 'time_up':
      return ended(flow, 'session_over')
    default:
      return flow
  }
}

function moved(flow: Enrolling, page: Enrolling['page']): Enrolling {
  return page === flow.page ? flow : { ...flow, page, notice: undefined }
}

function pageAfter({ page, session }: Enrolling): Enrolling['page'] {
  if (page === 'app') return session.user.enrolled ? 'finish' : page
  if (!isStep(page) || (page === 'password' && !session.user.enrolled)) return page
  const steps = stepsFor(session)
  return steps[steps.indexOf(page) + 1] ?? page
}

function pageBefore({ page, session }: Enrolling): Enrolling['page'] {
  if (page === 'choose') return page
  if (page === 'app') return 'choose'
  if (page === 'welcome') return canAddDevices(session) ? 'choose' : page
  const steps = stepsFor(session)
  return steps[steps.indexOf(page) - 1] ?? page
}

function activated(flow: Enrolling): Enrolling {
  const user = {
    ...flow.session.user,
    enrolled: true,
    phone_number: flow.drafts.phone?.trim() || flow.session.user.phone_number,
  }
  const session = { ...flow.session, user }
  return { ...flow, session, page: afterActivation(session), notice: undefined }
}

function withDevice(session: Session, name: string): Session {
  const { user } = session
  const others = user.device_names.filter((known) => known !== name)
  return { ...session, user: { ...user, device_names: [...others, name] } }
}

function withoutDevice({ phone, keySource }: Drafts): Drafts {
  return { phone, keySource }
}

function steadied(known: Session, seen: Session): Session {
  const isJitter = Math.abs(known.endsAt - seen.endsAt) < CLOCK_JITTER_MS
  return isJitter ? { ...seen, endsAt: known.endsAt } : seen
}

/** The last page outlives the session; any other page gives way to the reason. */
function ended(flow: Flow, reason: DeadEndReason): Flow {
  if (flow.phase === 'enrolling' && flow.page === 'finish') {
    return { phase: 'finished', farewell: farewellOf(flow) }
  }
  const admin = flow.phase === 'enrolling' ? flow.session.admin : undefined
  return { phase: 'dead_end', reason, admin }
}

function resume(saved: SavedEnrolling, session: Session): Enrolling {
  const { page, token, drafts, lostDevice } = saved
  const isKnown = !isStep(page) || stepsFor(session).includes(page)
  return {
    phase: 'enrolling',
    page: isKnown ? page : browserPage(session),
    token,
    session,
    drafts,
    device: undefined,
    lostDevice,
    notice: undefined,
  }
}

function reopenFinish(farewell: Farewell, session: Session): Enrolling {
  return {
    phase: 'enrolling',
    page: 'finish',
    token: undefined,
    session,
    drafts: {},
    device: undefined,
    lostDevice: farewell.deviceName,
    notice: undefined,
  }
}
