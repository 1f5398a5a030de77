import type { Measured } from './load.ts'

export interface Cell {
  readonly what: string
  readonly connections: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** The rounds of one cell as one. */
export function toCell(what: string, connections: number, rounds: readonly Measured[]): Cell {
  const latencies = rounds.flatMap((round) => [...round.latencies]).sort((a, b) => a - b)
  const ms = rounds.reduce((sum, round) => sum + round.ms, 0)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN
  return {
    what,
    connections,
    perSecond: (latencies.length / ms) * 1000,
    p50: at(0.5),
    p99: at(0.99),
  }
}

/** @param base the cell of each number of connections that the others are compared with */
export function table(title: string, cells: readonly Cell[], base: string): string {
  const bases = new Map(
    cells.filter((cell) => cell.what === base).map((cell) => [cell.connections, cell]),
  )
  const head = ['connections', title, 'req/s', 'p50 ms', 'p99 ms', 'of the SELECT']
  const rows = cells.map(({ what, connections, perSecond, p50, p99 }) => [
    String(connections),
    what,
    perSecond.toFixed(0),
    p50.toFixed(2),
    p99.toFixed(2),
    `${((perSecond / (bases.get(connections)?.perSecond ?? Number.NaN)) * 100).toFixed(0)} %`,
  ])
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((text, i) => (i === 1 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
      .join('  ')
  return `${[head, ...rows].map(line).join('\n')}\n`
}
