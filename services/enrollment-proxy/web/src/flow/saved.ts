import { farewellOf } from './farewell.js'
import type { Enrolling, Farewell, Flow, Invited, SavedEnrolling } from './flow.js'
import { openedLink } from './opened-link.js'

/*
 * What a tab keeps over a reload. Fields are named one by one: a password, a private key or a
 * configuration must not slip in with a spread.
 */

type Saved =
  | ({ readonly kind: 'invited' } & Omit<Invited, 'phase'>)
  | ({ readonly kind: 'enrolling' } & SavedEnrolling)
  | { readonly kind: 'finished'; readonly farewell: Farewell }

/** The text to keep, or undefined when nothing may be kept: at a dead end, and without a token. */
export function toSaved(flow: Flow): string | undefined {
  const saved = savedOf(flow)
  return saved && JSON.stringify(saved)
}

function savedOf(flow: Flow): Saved | undefined {
  switch (flow.phase) {
    case 'invited': {
      const { token, page, how } = flow
      return token === undefined ? undefined : { kind: 'invited', token, page, how }
    }
    case 'resuming':
      return { kind: 'enrolling', ...flow.saved }
    case 'enrolling':
      return flow.page === 'finish'
        ? { kind: 'finished', farewell: farewellOf(flow) }
        : { kind: 'enrolling', ...savedEnrolling(flow) }
    case 'finished':
      return { kind: 'finished', farewell: flow.farewell }
    case 'other_link':
    case 'dead_end':
      return undefined
  }
}

function savedEnrolling(flow: Enrolling): SavedEnrolling {
  const { page, token, drafts, session } = flow
  const { phone, note, notesSent, wantsSecondFactor, factorMethod, hasSavedCodes } = drafts
  const { deviceName, keySource, ownPublicKey } = drafts
  return {
    page,
    token,
    drafts: {
      phone,
      note,
      notesSent,
      wantsSecondFactor,
      factorMethod,
      hasSavedCodes,
      deviceName,
      keySource,
      ownPublicKey,
    },
    lostDevice: farewellOf(flow).deviceName,
    login: session.user.login,
  }
}

/**
 * The flow to begin with: `linkToken` is the token of the opened link, which wins over what the tab
 * kept unless it is the very token that is being used.
 */
export function restoredFlow(kept: string | undefined, linkToken: string | undefined): Flow {
  const saved = kept === undefined ? undefined : parseSaved(kept)
  const isOtherLink = linkToken !== undefined && (!saved || tokenOf(saved) !== linkToken)
  if (!saved || isOtherLink) return openedLink(linkToken)
  switch (saved.kind) {
    case 'invited':
      return { phase: 'invited', token: saved.token, page: saved.page, how: saved.how }
    case 'finished':
      return { phase: 'finished', farewell: saved.farewell }
    case 'enrolling':
      return { phase: 'resuming', saved }
    default:
      return openedLink(linkToken)
  }
}

function tokenOf(saved: Saved): string | undefined {
  return saved.kind === 'finished' ? undefined : saved.token
}

function parseSaved(text: string): Saved | undefined {
  try {
    return JSON.parse(text) as Saved
  } catch {
    return undefined // not written by this page: begin anew
  }
}
