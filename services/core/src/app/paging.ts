import { type Page, toPage } from '../db/page.js'
import { assertNoViolations } from '../domain/errors.js'

export interface PageRequest {
  /** 0 means the default. */
  readonly size: number
  /** From the page before; empty for the first. */
  readonly token: string
}

export interface PageOf<Item> {
  readonly items: readonly Item[]
  readonly nextPageToken: string
}

const SIZE_DEFAULT = 50
const SIZE_MAX = 500

/** @throws DomainError `invalid_argument` */
export function parsePage(request: PageRequest): Page {
  const cursor = request.token === '' ? undefined : Number(decode(request.token))
  const isSizeRight = request.size >= 0 && request.size <= SIZE_MAX
  assertNoViolations([
    ...(isSizeRight ? [] : [{ field: 'page_size', message: `must be at most ${SIZE_MAX}` }]),
    ...(cursor === undefined || Number.isSafeInteger(cursor)
      ? []
      : [{ field: 'page_token', message: 'is not one that an earlier page gave' }]),
  ])
  return { size: request.size || SIZE_DEFAULT, cursor }
}

export function pageOf<Item extends { id: number }>(
  items: readonly Item[],
  page: Page,
): PageOf<Item> {
  const { rows, nextCursor } = toPage(items, page)
  return { items: rows, nextPageToken: nextCursor === undefined ? '' : encode(nextCursor) }
}

/** Opaque, so that nobody builds one: what it holds may change. */
function encode(cursor: number): string {
  return Buffer.from(`id:${cursor}`).toString('base64url')
}

function decode(token: string): string | undefined {
  return /^id:(\d{1,16})$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
}
