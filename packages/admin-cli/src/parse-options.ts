import { parseDuration } from '@defguard/runtime/env'
import { InvalidArgumentError } from 'commander'

/** `--group a,b --group c`: comma-separated, repeated, or both. */
export function parseList(text: string, before: readonly string[] = []): string[] {
  const items = text.split(',').map((item) => item.trim())
  return [...before, ...items.filter((item) => item !== '')]
}

export function parsePort(text: string): number {
  return parseInteger(text, 1, 65_535)
}

export function parseKeepalive(text: string): number {
  return parseInteger(text, 0, 65_535)
}

/** Which of these make sense is core's to say. */
export function parseThreshold(text: string): number {
  return parseInteger(text, 1, 2 ** 31 - 1)
}

export function parseId(text: string): number {
  return parseInteger(text, 1, Number.MAX_SAFE_INTEGER)
}

/** `90s`, `10m`, `24h`, `7d` in seconds. */
export function parseSeconds(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('Write it like 30m, 24h or 7d.')
  return ms / 1000
}

/** A date, an instant, or how long ago, such as `24h`; in Unix seconds. */
export function parseInstant(text: string): number {
  const ago = parseDuration(text)
  const ms = ago === undefined ? Date.parse(text) : Date.now() - ago
  if (/^\d{4}-\d{2}-\d{2}/.test(text) || ago !== undefined)
    if (!Number.isNaN(ms)) return Math.floor(ms / 1000)
  throw new InvalidArgumentError('Write it like 24h, 7d, 2026-01-31 or 2026-01-31T14:00Z.')
}

export function parseInteger(text: string, min: number, max: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
    throw new InvalidArgumentError(`It must be a whole number ${range}.`)
  }
  return value
}
