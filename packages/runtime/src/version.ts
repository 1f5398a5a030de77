import { arch, release, type } from 'node:os'

/** The level of Defguard's protocol that we speak; clients insist on a plain release of at least 1.6.0. */
const PROTOCOL_LEVEL = '1.6.6'

/**
 * `1.6.6+0.1.0`: the protocol level, and our own version as semver build metadata, where clients
 * ignore it. What build metadata does not allow becomes `-`, so that ours is never a pre-release.
 */
export function componentVersion(ownVersion: string): string {
  return `${PROTOCOL_LEVEL}+${ownVersion.replace(/[^0-9A-Za-z.-]/g, '-')}`
}

/** `Linux;6.1.0;x64`: system, its version and architecture, always three parts. */
export function componentSystem(): string {
  return [type(), release(), arch()].map((part) => part.replace(/[^ -:<-~]/g, '-')).join(';')
}

export const UNKNOWN_VERSION = PROTOCOL_LEVEL

/** Our own version, the same for every part of one release. */
export const OWN_VERSION = '0.1.0'
