import type { Readable, Writable } from 'node:stream'

export interface Screen extends Writable {
  readonly isTTY?: boolean
  /** Width in cells, where there is a terminal. */
  readonly columns?: number
}

/** All that the program sees of the process it runs in. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Screen
  readonly stderr: Screen
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home folder. */
  readonly home: string
  /** Ends whatever waits; its reason is an `Interruption`. */
  readonly signal: AbortSignal
}

/** Somebody pressed Ctrl-C, or nobody reads the output any more. */
export class Interruption extends Error {
  override readonly name = 'Interruption'

  constructor(readonly exitCode: number) {
    super('interrupted')
  }
}
