import { expect, it } from '@jest/globals'
import { inOrder } from './in-order.js'

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const ticks = async (count: number) => {
  for (let i = 0; i < count; i++) await null
}

async function* numbers(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield i
}

it('gives results in the order of the items, whichever is done first, and works on few at a time', async () => {
  let running = 0
  let runningMax = 0
  const results = inOrder(numbers(50), 4, async (item) => {
    runningMax = Math.max(runningMax, ++running)
    await ticks(30 + ((item * 7) % 11))
    running--
    return item * 2
  })
  expect(await collect(results)).toEqual(Array.from({ length: 50 }, (_, i) => i * 2))
  expect(runningMax).toBe(4)
})

it('gives a result to whoever sends the next item only after it', async () => {
  let answered = () => {}
  async function* conversation() {
    for (let i = 0; i < 3; i++) {
      const answer = new Promise<void>((resolve) => {
        answered = resolve
      })
      yield i
      await answer
    }
  }
  const seen: number[] = []
  for await (const result of inOrder(conversation(), 4, async (item) => item)) {
    seen.push(result)
    answered()
  }
  expect(seen).toEqual([0, 1, 2])
})

it('fails with the first failure, after what was begun has ended', async () => {
  const ended: number[] = []
  const results = inOrder(numbers(10), 3, async (item) => {
    await ticks(item === 1 ? 30 : 60)
    ended.push(item)
    if (item === 1) throw new Error('one')
    return item
  })
  await expect(collect(results)).rejects.toThrow('one')
  expect(ended.sort()).toEqual([0, 1, 2])
})
