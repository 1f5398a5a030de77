import type { PageRequest } from '@defguard/proto/admin/v1/common'

/** The largest that core gives. */
const PAGE_SIZE = 500

/** The items of all pages, one after the other. */
export async function* pages<Res extends { next_page_token: string }, Item>(
  fetch: (page: PageRequest) => Promise<Res>,
  itemsOf: (reply: Res) => readonly Item[],
): AsyncGenerator<Item> {
  let token = ''
  do {
    const reply = await fetch({ page_size: PAGE_SIZE, page_token: token })
    yield* itemsOf(reply)
    if (reply.next_page_token === token && token !== '') {
      throw new Error('Core gave the same page twice.')
    }
    token = reply.next_page_token
  } while (token !== '')
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}
