import { readFile } from 'node:fs/promises'
import { usageError } from './cli-error.js'
import type { Io } from './io.js'
import { readStdin } from './prompts.js'

/** The text of a file that an option names; `-` is standard input. @throws CliError usage */
export async function readTextFile(io: Io, option: string, path: string): Promise<string> {
  const bytes =
    path === '-'
      ? await readStdin(io)
      : await readFile(path).catch((err: NodeJS.ErrnoException) => {
          throw usageError(`${option} names a file that cannot be read: ${path} (${err.code}).`)
        })
  return decodeText(bytes, `${option}: ${path === '-' ? 'standard input' : path}`)
}

/** @throws CliError usage, which says what the bytes are of */
export function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw usageError(`${what} is not UTF-8 text.`)
  }
}
