import { expect, it } from '@jest/globals'
import { Turns } from './turns.js'

/** Work that ends when somebody says so; each turn is a number. */
function slowTurns() {
  const ends: ((fail?: Error) => void)[] = []
  const turns = new Turns(
    () =>
      new Promise<number>((resolve, reject) => {
        const turn = ends.length + 1
        ends.push((fail) => (fail ? reject(fail) : resolve(turn)))
      }),
  )
  const begun = async (count: number) => {
    while (ends.length < count) await Promise.resolve()
  }
  return { turns, ends, begun }
}

it('gives whoever asks a turn that begins afterwards, and all of one time the same', async () => {
  const { turns, ends, begun } = slowTurns()
  const first = turns.take()
  await begun(1)
  const [second, third] = [turns.take(), turns.take()]
  ends[0]?.()
  expect(await first).toBe(1)
  await begun(2)
  const fourth = turns.take()
  ends[1]?.()
  expect(await Promise.all([second, third])).toEqual([2, 2])
  await begun(3)
  ends[2]?.()
  expect(await fourth).toBe(3)
  await turns.idle()
  expect([ends.length, turns.isIdle]).toEqual([3, true])
})

it('goes on after a turn that fails, which only those who had it hear of', async () => {
  const { turns, ends, begun } = slowTurns()
  const first = turns.take()
  await begun(1)
  const second = turns.take()
  ends[0]?.(new Error('out of order'))
  await expect(first).rejects.toThrow('out of order')
  await begun(2)
  ends[1]?.()
  expect(await second).toBe(2)
})
