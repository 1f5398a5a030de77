import { createPrivateKey, createPublicKey } from 'node:crypto'
import { query } from './_database.js'
import type { Configuration, Peer, Update } from './_gateway.js'

export interface Picture {
  readonly name: string
  readonly port: number
  readonly addresses: readonly string[]
  readonly publicKey: string
  /** By device id. */
  readonly peers: readonly Peer[]
}

/**
 * What gateways of a location have to know, asked of the tables and not of core: devices with a key and
 * addresses there, of people who are enabled and enrolled and may be there, or of the company.
 */
export async function pictureOf(url: string, locationId: number): Promise<Picture | undefined> {
  const [row] = await query<Picture>(
    url,
    `select l.name, l.port, l.addresses::text[] as addresses, l.public_key as "publicKey", coalesce((
       select json_agg(json_build_object('pubkey', d.public_key, 'keepalive_interval', l.keepalive_interval,
         'allowed_ips', (select json_agg(host(a.address) order by a.position) from device_location a
           where a.device_id = d.id and a.location_id = l.id)) order by d.id)
       from device d
       where d.public_key is not null
         and d.id in (select device_id from device_location where location_id = l.id)
         and (d.user_id is null
           or d.user_id in (select id from "user" where is_active and password_hash is not null)
             and (l.allow_all_groups
               or d.user_id in (select user_id from user_group join location_allowed_group a using (group_id)
                 where a.location_id = l.id)
               or d.user_id in (select user_id from user_group join "group" g on g.id = group_id
                 where g.role = 'admin')))
     ), '[]') as peers
     from location l where l.id = $1`,
    [locationId],
  )
  return row
}

export function toPicture(config: Configuration): Picture {
  const { name, port, addresses, prvkey, peers } = config
  return { name, port, addresses, publicKey: publicKeyOf(prvkey), peers }
}

/** PKCS #8 has these bytes before those of an X25519 key, and SPKI twelve before the public one. */
const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI_X25519_BYTES = 12

function publicKeyOf(privateKey: string): string {
  const key = Buffer.concat([PKCS8_X25519, Buffer.from(privateKey, 'base64')])
  const secret = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  return spki.subarray(SPKI_X25519_BYTES).toString('base64')
}

/**
 * What is wrong with the order of updates, though their sum be right: an address that is still another
 * peer's, unless that one is told of others before it goes; a peer made twice, or unmade that is not there.
 */
export function problemsOf(updates: readonly Update[]): string[] {
  const problems: string[] = []
  const peers = new Map<string, readonly string[]>()
  const robbed = new Set<string>()
  for (const [at, { update_type, peer, network }] of updates.entries()) {
    const say = (what: string) => problems.push(`update ${at}: ${what}`)
    if (network) {
      peers.clear()
      robbed.clear()
      for (const { pubkey, allowed_ips } of network.peers) {
        if (peers.has(pubkey)) say(`${pubkey} twice`)
        peers.set(pubkey, allowed_ips)
      }
      const all = network.peers.flatMap(({ allowed_ips }) => allowed_ips)
      if (new Set(all).size < all.length) say('an address twice')
    } else if (peer) {
      const { pubkey, allowed_ips } = peer
      if (peers.has(pubkey) === (update_type === 'CREATE')) say(`${update_type} of ${pubkey}`)
      if (update_type === 'DELETE' && robbed.has(pubkey)) say(`${pubkey} goes after its address`)
      robbed.delete(pubkey)
      peers.delete(pubkey)
      if (update_type === 'DELETE') continue
      for (const [other, addresses] of peers)
        if (addresses.some((address) => allowed_ips.includes(address))) robbed.add(other)
      peers.set(pubkey, allowed_ips)
    } else say('says nothing')
  }
  return [...problems, ...[...robbed].map((key) => `${key} has lost its address to another`)]
}
