import { tokenInAddress } from '../flow/link-token.js'

/** The token of the opened link, which is taken out of the address bar and the history at once. */
export function takeTokenFromAddress(): string | undefined {
  const token = tokenInAddress(location)
  if (token !== undefined) history.replaceState(history.state, '', location.pathname)
  return token
}
