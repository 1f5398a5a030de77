/** Part of a list ordered by id: at most `size` rows beyond `cursor`. */
export interface Page {
  readonly size: number
  readonly cursor: number | undefined
}

/** The rows of one page, and where the next one begins if there are more. Ask for `size + 1` rows. */
export function toPage<Row extends { id: number }>(
  rows: readonly Row[],
  page: Page,
): { rows: readonly Row[]; nextCursor: number | undefined } {
  if (rows.length <= page.size) return { rows, nextCursor: undefined }
  const kept = rows.slice(0, page.size)
  return { rows: kept, nextCursor: kept.at(-1)?.id }
}
