import { expect, it } from '@jest/globals'
import { nextAttemptAt, nextProbeAt } from './mail-schedule.js'

const NOW = new Date('2026-01-01T00:00:00Z')

function pauseS(attempts: number, random: number): number {
  return (nextAttemptAt(attempts, NOW, random).getTime() - NOW.getTime()) / 1000
}

it('waits longer after each failure, then an hour each time', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 100].map((attempts) => pauseS(attempts, 0))
  expect(pauses).toEqual([10, 30, 120, 600, 1800, 3600, 3600, 3600])
})

it('spreads the mails that one outage held up, never earlier than the pause', () => {
  expect([0, 0.5, 0.999].map((random) => Math.round(pauseS(1, random)))).toEqual([10, 11, 12])
})

it('looks for a lost mail server less and less often, but at least every two minutes', () => {
  const probes = [0, 1, 2, 3, 100].map((failures) => nextProbeAt(failures, NOW))
  expect(probes.map((at) => (at.getTime() - NOW.getTime()) / 1000)).toEqual([10, 30, 120, 120, 120])
})
