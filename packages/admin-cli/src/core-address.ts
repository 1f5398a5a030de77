import { isLoopback } from '@defguard/runtime/tls'
import { usageError } from './cli-error.js'

export interface CoreAddress {
  /** Without a path, as messages show it and stored sessions are filed under. */
  readonly url: string
  /** `host:port` as gRPC wants it. */
  readonly target: string
  readonly isTls: boolean
  readonly isLoopback: boolean
}

export const DEFAULT_CORE_URL = 'https://localhost:50055'

/**
 * Where core is: `https://core.example.com:50055`, the same without `https://`, or `http://…` on this
 * machine, since passwords would cross a network in clear.
 * @throws CliError usage
 */
export function parseCoreAddress(text: string): CoreAddress {
  const url = parseUrl(text)
  const isPlain =
    url && /^\/*$/.test(url.pathname) && !url.search && !url.hash && !url.username && url.hostname
  if (!url || !isPlain || !/^https?:$/.test(url.protocol)) {
    throw usageError(
      `"${text}" is no address of core.`,
      `Write --core or DEFGUARD_ADMIN_CORE like https://core.example.com:50055, or ${DEFAULT_CORE_URL}.`,
    )
  }
  const isTls = url.protocol === 'https:'
  const loopback = isLoopback(url.hostname)
  if (!isTls && !loopback) {
    throw usageError(
      `${url.origin} is on another machine and must be reached with https.`,
      'Passwords and links would cross the network in clear. Correct --core or DEFGUARD_ADMIN_CORE.',
    )
  }
  return {
    url: url.origin,
    target: `${url.hostname}:${url.port || (isTls ? '443' : '80')}`,
    isTls,
    isLoopback: loopback,
  }
}

function parseUrl(text: string): URL | undefined {
  const url = text.includes('://') ? text : `https://${text}`
  return URL.canParse(url) ? new URL(url) : undefined
}
