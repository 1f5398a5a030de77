/** What came of a call, by gRPC or HTTP. */
export interface Outcome {
  /** `OK`, `INVALID_ARGUMENT`; `200`, `400`; `CUT` when we broke it off. */
  readonly code: string
  readonly isAccepted: boolean
  /** The words of a refusal. */
  readonly words: string
  readonly reason: string | undefined
  /** All that came back, as it came. */
  readonly bytes: Buffer
  /** Of an accepted call. */
  // biome-ignore lint/suspicious/noExplicitAny: each method has its own
  readonly reply: any
  readonly ms: number
}

/** The first value under this name, however deep in a reply. */
export function valueIn(reply: unknown, name: string): unknown {
  if (typeof reply !== 'object' || reply === null) return undefined
  for (const [key, value] of Object.entries(reply)) {
    if (key === name && value !== undefined && value !== null) return value
    const deeper = valueIn(value, name)
    if (deeper !== undefined) return deeper
  }
  return undefined
}
