import type { Outcome } from './outcome.ts'

export interface Count {
  readonly name: string
  sent: number
  accepted: number
  /** Of these, those that the proxy passed on. */
  acceptedByProxy: number
  running: number
  /** All answers together. */
  ms: number
  readonly refused: Map<string, number>
}

/** A method that only the proxy's calls reach counts as tried, but not as often as its own. */
const OWN_SHARE = 4

/** How often each method was called, and what came of it. */
export class Statistics {
  readonly counts = new Map<string, Count>()

  constructor(names: Iterable<string>) {
    for (const name of names) {
      const zero = { sent: 0, accepted: 0, acceptedByProxy: 0, running: 0, ms: 0 }
      this.counts.set(name, { name, ...zero, refused: new Map() })
    }
  }

  of(name: string): Count {
    const count = this.counts.get(name)
    if (!count) throw new Error(`There is no ${name}.`)
    return count
  }

  /** @param asks the method of core that the proxy asked for it */
  record(name: string, outcome: Outcome, asks?: string): void {
    const count = this.of(name)
    count.sent++
    count.ms += outcome.ms
    if (outcome.isAccepted) {
      count.accepted++
      const asked = asks === undefined ? undefined : this.of(asks)
      if (asked) {
        asked.accepted++
        asked.acceptedByProxy++
      }
    } else count.refused.set(outcome.code, (count.refused.get(outcome.code) ?? 0) + 1)
  }

  /** The one that is furthest behind, calls that are just running included. */
  leastOf(names: readonly string[]): string {
    const progress = (name: string) => {
      const { accepted, acceptedByProxy, running } = this.of(name)
      return Math.min(accepted, (accepted - acceptedByProxy) * OWN_SHARE) + running
    }
    return names.reduce((least, name) => (progress(name) < progress(least) ? name : least))
  }

  /** Those that were not accepted as often as they should have been. */
  below(names: readonly string[], accepted: number): string[] {
    return names.filter((name) => this.of(name).accepted < accepted)
  }
}
