import { expect, it } from '@jest/globals'
import { reminderAt } from './reminder.js'

const HOUR_MS = 3_600_000
const ISSUED = new Date('2026-01-01T00:00:00.400Z')
const hoursLater = (hours: number) => new Date(ISSUED.getTime() + hours * HOUR_MS)

it.each([
  [24, 18],
  [168, 162],
  [12, 6],
])('reminds of a link of %i hours after %i', (life, at) => {
  expect(reminderAt(ISSUED, hoursLater(life))).toEqual(hoursLater(at))
})

it('does not remind of a link that ends so soon that its person has just read of it', () => {
  expect(reminderAt(ISSUED, new Date(hoursLater(12).getTime() - 1))).toBeUndefined()
  expect(reminderAt(ISSUED, hoursLater(2))).toBeUndefined()
})
