import { type Expression, type SqlBool, sql } from 'kysely'

/** `column` equals `text` without regard to case, through the index on folded(column). */
export function equalsFolded(column: string, text: string): Expression<SqlBool> {
  return sql<SqlBool>`folded(${sql.ref(column)}) = folded(${text})`
}

/** One of several texts, without regard to case. */
export function inFolded(column: string, texts: readonly string[]): Expression<SqlBool> {
  return sql<SqlBool>`folded(${sql.ref(column)}) = any (select folded(t) from unnest(${texts}::text[]) t)`
}

/** `column` contains `text` without regard to case; wildcards in it mean nothing. */
export function containsFolded(column: string, text: string): Expression<SqlBool> {
  return sql<SqlBool>`position(folded(${text}) in folded(${sql.ref(column)})) > 0`
}
