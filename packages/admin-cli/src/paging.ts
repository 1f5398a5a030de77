import type { PageRequest } from '@defguard/proto/admin/v1/common'

/** The largest that core gives. */
const PAGE_SIZE = 500

/** The items of all pages, one after the other; small pages for whoever wants few. */
export async function* pages<Res extends { next_page_token: string }, Item>(
  fetch: (page: PageRequest) => Promise<Res>,
  itemsOf: (reply: Res) => readonly Item[],
  wanted = PAGE_SIZE,
): AsyncGenerator<Item> {
  let token = ''
  do {
    const reply = await fetch({ page_size: Math.min(wanted, PAGE_SIZE), page_token: token })
    yield* itemsOf(reply)
    if (reply.next_page_token === token && token !== '') {
      throw new Error('Core gave the same page twice.')
    }
    token = reply.next_page_token
  } while (token !== '')
}

export async function collect<Item>(
  items: AsyncIterable<Item>,
  countMax = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) if (collected.push(item) >= countMax) break
  return collected
}
