import { Writable } from 'node:stream'
import { pino } from 'pino'

/** A logger, and the lines that it has written. */
export function memoryLog() {
  const lines: Record<string, unknown>[] = []
  const log = pino(
    new Writable({
      write: (line, _encoding, done) => {
        lines.push(JSON.parse(line))
        done()
      },
    }),
  )
  return { log, lines }
}
