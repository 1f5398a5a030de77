import ipaddr from 'ipaddr.js'

/** All whose address is not known, or is none, are one. */
export const UNKNOWN_ADDRESS = 'unknown'

/**
 * An address as limits and logs may take it: in one spelling, or `unknown`. Proxies only claim what
 * their client's is, so anything may stand there.
 */
export function knownAddress(text: string | undefined): string {
  const bare = (text ?? '').replace(/%.*$/s, '')
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare)
  return isAddress ? ipaddr.process(bare).toString() : UNKNOWN_ADDRESS
}

/** What one household or host holds: an IPv4 address, or the /64 of an IPv6 one. */
export function subscriberOf(text: string | undefined): string {
  const address = knownAddress(text)
  if (!address.includes(':')) return address
  return ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()
}
