/**
 * All peers of a location as one text: a line for each, by device id, of its public key and its bare
 * addresses. Two of them are compared at the speed of texts, and only what differs is looked into.
 */
export type PeerLines = string

/** A device as a gateway sees it. */
export interface GatewayPeer {
  readonly publicKey: string
  /** Bare addresses, in the order of the location's networks. */
  readonly addresses: readonly string[]
}

export function parsePeers(lines: PeerLines): GatewayPeer[] {
  return lines
    .split('\n')
    .slice(0, -1) // each line has an end
    .map((line) => {
      const [publicKey = '', ...addresses] = line.split(' ')
      return { publicKey, addresses }
    })
}

/** The same without the lines that both begin with, and those that both end with. */
export function differingLines(before: PeerLines, after: PeerLines): [PeerLines, PeerLines] {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before.charCodeAt(head) === after.charCodeAt(head)) head++
  head = head === 0 ? 0 : before.lastIndexOf('\n', head - 1) + 1
  let tail = 0
  while (
    tail < shorter - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++
  // It may begin within a line: that one differs.
  if (tail > 0) tail -= before.indexOf('\n', before.length - tail) + 1 - (before.length - tail)
  return [before.slice(head, before.length - tail), after.slice(head, after.length - tail)]
}
