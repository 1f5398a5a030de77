import { expect, it } from '@jest/globals'
import { BoundedLog } from '../src/bounded-log.js'
import { memoryLog } from './_memory-log.js'

it('shows of a flood what is of use, and how much more there was', () => {
  const { log, lines } = memoryLog()
  let now = new Date('2026-01-01T00:00:00Z')
  const bounded = new BoundedLog(log, () => now, 'client certificate refused')
  for (let i = 0; i < 1_000; i++) bounded.warn({ peer: `10.0.0.1:${i}` })
  expect(lines).toHaveLength(30)
  expect(lines[0]).toMatchObject({
    level: 40,
    msg: 'client certificate refused',
    peer: '10.0.0.1:0',
  })
  now = new Date(now.getTime() + 60_000)
  bounded.warn({ peer: '10.0.0.2:1' })
  expect(lines.slice(30)).toMatchObject([
    { msg: 'client certificate refused, and more like it', leftOut: 970 },
    { msg: 'client certificate refused', peer: '10.0.0.2:1' },
  ])
})
