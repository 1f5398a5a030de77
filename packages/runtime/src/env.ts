import { readFileSync } from 'node:fs'

/** The environment as the operator wrote it; empty variables count as not set. */
export class Env {
  readonly #values: Readonly<Record<string, string | undefined>>

  constructor(values: Readonly<Record<string, string | undefined>>) {
    this.#values = values
  }

  string(name: string): string | undefined {
    return this.#values[name]?.trim() || undefined
  }

  required(name: string): string {
    const value = this.string(name)
    if (value === undefined) throw new Error(`${name} must be set.`)
    return value
  }

  /** The value of `NAME`, or the content of the file that `NAME_FILE` names (one final newline is cut). */
  secret(name: string): string | undefined {
    const value = this.#values[name] || undefined
    const file = this.string(`${name}_FILE`)
    if (value !== undefined && file !== undefined) {
      throw new Error(`${name} and ${name}_FILE must not both be set.`)
    }
    return file === undefined
      ? value
      : this.file(`${name}_FILE`)
          .toString()
          .replace(/\r?\n$/, '')
  }

  /** The content of the file that the variable names. */
  file(name: string): Buffer {
    return readNamedFile(name, this.required(name))
  }

  integer(name: string, fallback: number, range: { min: number; max: number }): number {
    const text = this.string(name)
    if (text === undefined) return fallback
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < range.min || value > range.max) {
      throw new Error(`${name} must be a whole number from ${range.min} to ${range.max}.`)
    }
    return value
  }

  port(name: string, fallback: number): number {
    return this.integer(name, fallback, { min: 0, max: 65_535 })
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.string(name)?.toLowerCase()
    if (text === undefined) return fallback
    if (text !== 'true' && text !== 'false') throw new Error(`${name} must be true or false.`)
    return text === 'true'
  }

  oneOf<const Choice extends string>(
    name: string,
    choices: readonly Choice[],
    fallback: Choice,
  ): Choice {
    const text = this.string(name)
    if (text === undefined) return fallback
    const choice = choices.find((candidate) => candidate === text.toLowerCase())
    if (choice === undefined) throw new Error(`${name} must be one of ${choices.join(', ')}.`)
    return choice
  }

  /** A duration such as `10m`, `24h` or `7d`, in milliseconds. */
  duration(name: string, fallback: string): number {
    const value = parseDuration(this.string(name) ?? fallback)
    if (value === undefined) {
      throw new Error(`${name} must be a duration such as 30s, 10m, 24h or 7d.`)
    }
    return value
  }

  /** An absolute http(s) URL at the root of its origin, with exactly one slash at the end. */
  rootUrl(name: string, fallback?: string): string {
    const text = this.string(name) ?? fallback
    if (text === undefined) throw new Error(`${name} must be set.`)
    const url = URL.canParse(text) ? new URL(text) : undefined
    const isRoot = url && /^\/*$/.test(url.pathname) && !url.search && !url.hash && !url.username
    if (!isRoot || !/^https?:$/.test(url.protocol)) {
      throw new Error(
        `${name} must be an http(s) URL without a path, such as https://example.com/.`,
      )
    }
    return `${url.origin}/`
  }
}

/** The content of a file that a variable has named. */
export function readNamedFile(variable: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException
    throw new Error(`${variable} names a file that cannot be read: ${path} (${code}).`)
  }
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `90s`, `10m`, `24h`, `7d` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? []
  if (amount === undefined || unit === undefined) return undefined
  const value = Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]
  return value > 0 ? value : undefined
}
