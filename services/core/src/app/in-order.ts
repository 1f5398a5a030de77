/**
 * Does `work` for the items of a source, up to `width` at a time, and gives the results in the items'
 * order. An item is asked for once there is room for it, and nobody waits for one before they are
 * given the results that are there.
 */
export async function* inOrder<Item, Result>(
  source: AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const items = source[Symbol.asyncIterator]()
  const underway: Promise<Result>[] = []
  let next: Promise<IteratorResult<Item>> | undefined
  let isOver = false
  try {
    while (!isOver || underway.length > 0) {
      if (!isOver && underway.length < width) next ??= items.next()
      const first = underway[0]?.then((result) => ({ result }))
      const asked = next?.then((item) => ({ item }))
      const step = await Promise.race([first, asked].filter((one) => one !== undefined))
      if ('result' in step) {
        underway.shift()
        yield step.result
        continue
      }
      next = undefined
      if (step.item.done) isOver = true
      else {
        const result = work(step.item.value)
        // One that fails before its turn is told in its turn; until then nobody else listens, and a
        // rejection to which nobody listens ends the process.
        result.catch(() => {})
        underway.push(result)
      }
    }
  } finally {
    // What was begun is finished, also when nobody is told any more.
    await Promise.allSettled(underway)
  }
}
