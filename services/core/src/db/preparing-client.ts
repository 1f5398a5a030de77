import pg from 'pg'

/** Statements with lists of varying length would be without number. */
const STATEMENTS_MAX = 500

const names = new Map<string, string>()

/** Of `pg`, for a statement that is not answered in time. */
const UNANSWERED = 'Query read timeout'

/**
 * Lets PostgreSQL parse and plan each statement once per connection, which is more than half of
 * what a small one costs. A connection on which an answer did not come in time is given up: nothing
 * says that it ever will, and whoever got it next would wait as well.
 */
export class PreparingClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg declares a dozen overloads, and this passes on all of them
  override query(text: any, values?: any, callback?: any): any {
    const name = typeof text === 'string' && values?.length > 0 ? nameOf(text) : undefined
    const asked: unknown =
      name === undefined
        ? super.query(text, values, callback)
        : super.query({ name, text, values }, callback)
    if (asked instanceof Promise)
      asked.catch((err: Error) => {
        if (err.message === UNANSWERED) void this.end()
      })
    return asked
  }
}

/** Undefined for what must be planned anew each time. */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined) return known
  // `select *`: the next version's migration may add a column, and then a kept plan would fail.
  if (/(^|[\s.,])\*/.test(text) || names.size >= STATEMENTS_MAX) return undefined
  const name = `s${names.size}`
  names.set(text, name)
  return name
}
