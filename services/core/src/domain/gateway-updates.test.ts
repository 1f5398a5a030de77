import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type GatewayConfig, updatesBetween } from './gateway-updates.js'
import { type GatewayPeer, type PeerLines, parsePeers } from './peer-lines.js'

const OFFICE: GatewayConfig = {
  name: 'Office',
  privateKey: 'secret',
  port: 51820,
  addresses: ['10.1.1.1/24'],
  keepaliveInterval: 25,
  keepaliveChangedAt: null,
  peers: '',
  revision: 1,
}

const peer = (publicKey: string, ...addresses: string[]): GatewayPeer => ({ publicKey, addresses })

const lines = (peers: readonly GatewayPeer[]): PeerLines =>
  peers.map(({ publicKey, addresses }) => `${[publicKey, ...addresses].join(' ')}\n`).join('')

/** What a gateway then has: who a key is, and whom an address goes to. */
function apply(before: GatewayConfig, after: GatewayConfig) {
  const addressesOf = new Map(
    parsePeers(before.peers).map(({ publicKey, addresses }) => [publicKey, addresses]),
  )
  for (const update of updatesBetween(before, after)) {
    if (update.kind === 'network') throw new Error('The interface is the same.')
    if (update.kind === 'peer_deleted') addressesOf.delete(update.publicKey)
    else {
      const { publicKey, addresses } = update.peer
      // WireGuard gives an address to whom it was given to last.
      for (const [key, had] of addressesOf)
        addressesOf.set(
          key,
          had.filter((address) => !addresses.includes(address)),
        )
      addressesOf.set(publicKey, addresses)
    }
  }
  return Object.fromEntries(addressesOf)
}

const peers = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { maxLength: 5 }),
    fc.uniqueArray(fc.integer({ min: 2, max: 9 }), { minLength: 5, maxLength: 5 }),
  )
  .map(([keys, hosts]) => keys.map((key, at) => peer(key, `10.1.1.${hosts[at]}`)))

it('brings a gateway from any peers to any others, whoever had a key or an address before', () => {
  fc.assert(
    fc.property(peers, peers, (before, after) => {
      const [from, to] = [before, after].map((list) => ({ ...OFFICE, peers: lines(list) }))
      const expected = Object.fromEntries(after.map((one) => [one.publicKey, one.addresses]))
      expect(apply(from as GatewayConfig, to as GatewayConfig)).toEqual(expected)
    }),
  )
})

it('says nothing of what is the same', () => {
  const [before, after] = [1, 9].map((revision) => ({
    ...OFFICE,
    addresses: [...OFFICE.addresses],
    peers: lines([peer('A', '10.1.1.2')]),
    revision,
  }))
  expect(updatesBetween(before as GatewayConfig, after as GatewayConfig)).toEqual([])
})

it('takes an old key away before the new one comes', () => {
  const [before, after] = ['A', 'B'].map((key) => ({
    ...OFFICE,
    peers: lines([peer(key, '10.1.1.2')]),
  }))
  const updates = updatesBetween(before as GatewayConfig, after as GatewayConfig)
  expect(updates).toEqual([
    { kind: 'peer_deleted', publicKey: 'A' },
    { kind: 'peer_created', peer: peer('B', '10.1.1.2'), keepaliveInterval: 25 },
  ])
})

it('tells another keepalive to every peer, and another interface as a whole', () => {
  const before = { ...OFFICE, peers: lines([peer('A', '10.1.1.2')]) }
  expect(updatesBetween(before, { ...before, keepaliveInterval: 0 })).toEqual([
    { kind: 'peer_changed', peer: peer('A', '10.1.1.2'), keepaliveInterval: 0 },
  ])
  for (const change of [{ name: 'HQ' }, { port: 1 }, { privateKey: 'x' }, { addresses: [] }]) {
    const config = { ...before, ...change, peers: '' }
    expect(updatesBetween(before, config)).toEqual([{ kind: 'network', config }])
  }
})
