import type { Finding } from './findings.ts'
import type { Count } from './statistics.ts'

export interface Report {
  readonly seed: number
  readonly seconds: number
  readonly counts: readonly Count[]
  /** How often each should have been accepted, and those that were not. */
  readonly quota: number
  readonly below: readonly string[]
  readonly findings: readonly Finding[]
  /** How long the slowest answer to a question after health took. */
  readonly worstHealthMs: number
}

export function isClean({ findings, below }: Report): boolean {
  return findings.length === 0 && below.length === 0
}

export function write(report: Report): string {
  const { seed, seconds, counts, quota, below, findings, worstHealthMs } = report
  const width = Math.max(...counts.map(({ name }) => name.length))
  const lines = counts.map(({ name, sent, accepted, refused, ms }) => {
    const codes = [...refused].sort(([a], [b]) => a.localeCompare(b))
    const written = codes.map(([code, times]) => `${code} ${times}`).join(', ')
    return `${name.padEnd(width)} ${pad(sent)} ${pad(accepted)} ${pad(Math.round(ms / Math.max(1, sent)))}  ${written}`
  })
  const sum = (of: 'sent' | 'accepted') => counts.reduce((all, count) => all + count[of], 0)
  return [
    `${'method'.padEnd(width)} ${'sent'.padStart(8)} ${'accepted'.padStart(8)} ${'mean ms'.padStart(8)}  refused`,
    ...lines,
    '',
    `${sum('sent')} calls in ${Math.round(seconds)} s; seed ${seed}; health within ${worstHealthMs} ms`,
    `accepted less than ${quota} times: ${below.join(', ') || 'none'}`,
    `findings: ${findings.length || 'none'}`,
    ...findings.flatMap(({ what, where, request, times }) => [
      `- ${where}: ${what} (${times} times)`,
      ...(request === '' ? [] : [`  ${request}`]),
    ]),
    '',
  ].join('\n')
}

const pad = (number: number): string => String(number).padStart(8)
