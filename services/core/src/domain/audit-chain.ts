import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

/*
 * The chain over the audit log. Every value that goes into a code is written as a netstring,
 * `<bytes>:<text>,`, and an absent one as `-`, so that no two lists of values look alike.
 */

/** The columns of an event in the order in which they are chained, as the database writes them in text. */
export type ChainedFields = readonly (string | null)[]

/** Where a chain stands. */
export interface ChainPoint {
  /** How many events there are up to here, those that were dropped included. */
  readonly position: number
  readonly link: Buffer
}

const LINK_LENGTH = 32

export const CHAIN_BEGINNING: ChainPoint = { position: 0, link: Buffer.alloc(LINK_LENGTH) }

/** Prepared once: Node takes four times as long for a code under bytes that it sees anew each time. */
export type ChainKey = KeyObject

export function newChainKey(): ChainKey {
  return toChainKey(randomBytes(LINK_LENGTH))
}

export function toChainKey(bytes: Buffer): ChainKey {
  return createSecretKey(bytes)
}

/** The link of an event that comes after `before`. */
export function nextLink(key: ChainKey, before: ChainPoint, fields: ChainedFields): Buffer {
  const position = String(before.position + 1)
  return codeOf(key, ['audit link v1', before.link.toString('hex'), position, ...fields])
}

/** Vouches that the chain has come this far. */
export function headCode(key: ChainKey, { position, link }: ChainPoint): Buffer {
  return codeOf(key, ['audit head v1', String(position), link.toString('hex')])
}

/** Vouches that all up to here was dropped because it was old. */
export function cutCode(key: ChainKey, { position, link }: ChainPoint): Buffer {
  return codeOf(key, ['audit cut v1', String(position), link.toString('hex')])
}

/** HMAC-SHA-256 (RFC 2104). */
function codeOf(key: ChainKey, values: ChainedFields): Buffer {
  return createHmac('sha256', key).update(values.map(netstring).join('')).digest()
}

function netstring(value: string | null): string {
  return value === null ? '-' : `${Buffer.byteLength(value)}:${value},`
}

/** `<position>:<link in hex>`, as core logs it; undefined for any other text. */
export function parseChainPoint(text: string): ChainPoint | undefined {
  const [, position, link] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text.trim()) ?? []
  if (position === undefined || link === undefined) return undefined
  return { position: Number(position), link: Buffer.from(link, 'hex') }
}
