import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import type { ImportRow } from '@defguard/proto/admin/v1/users'
import { CsvError, type Parser, parse } from 'csv-parse'
import { type CliError, usageError } from './cli-error.js'

export const COLUMNS = [
  'username',
  'email',
  'first_name',
  'last_name',
  'phone',
  'groups',
  'language',
] as const
const REQUIRED: readonly Column[] = ['username', 'email', 'first_name', 'last_name']

type Column = (typeof COLUMNS)[number]

/** A row of a list of people: what it says, or what is wrong with it. */
export type UserRow =
  | { readonly line: number; readonly row: ImportRow }
  | { readonly line: number; readonly problem: Problem }

export interface Problem {
  readonly username: string | undefined
  readonly field: string | undefined
  readonly message: string
}

interface CsvRecord {
  readonly record: readonly string[]
  readonly raw: string
}

/**
 * The people of a CSV file (RFC 4180, UTF-8 with or without a byte order mark), one after the other.
 * Lines count from 1, those inside quoted values included; a row has the number of its first one.
 * @throws CliError usage where the file cannot be read as such a list
 */
export async function* readUserRows(path: string): AsyncGenerator<UserRow> {
  const seen = new Map<string, number>()
  let columns: readonly Column[] | undefined
  try {
    let line = 1
    for await (const { record, raw } of open(path) as AsyncIterable<CsvRecord>) {
      const isEmpty = record.length === 1 && record[0] === ''
      if (!columns && !isEmpty) columns = toColumns(record)
      else if (columns && !isEmpty) yield toRow(record, columns, line, seen)
      line += linesOf(raw)
    }
  } catch (err) {
    throw toUsage(err, path)
  }
  if (!columns) throw usageError(`${path} is empty.`, HEADER_HINT)
}

const HEADER_HINT = `Its first line names the columns: ${COLUMNS.join(',')} (the last three may be missing).`

function open(path: string): Parser {
  const parser = parse({ raw: true, relax_column_count: true })
  pipeline(createReadStream(path), decode, parser, () => {
    // An error has destroyed the parser, which tells its reader.
  })
  return parser
}

/** Strictly: a list in another encoding would give everybody a wrong name. */
async function* decode(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  // Drops a byte order mark, too.
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

/** How many lines a record takes; the last one of a file may be without its end. */
function linesOf(raw: string): number {
  return raw.replace(/(\r?\n|\r)$/, '').split(/\r?\n|\r/).length
}

function toColumns(header: readonly string[]): readonly Column[] {
  const names = header.map((name) => name.trim().toLowerCase())
  const unknown = names.find((name) => !COLUMNS.some((column) => column === name))
  if (unknown !== undefined) throw usageError(`There is no column "${unknown}".`, HEADER_HINT)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw usageError(`The column "${twice}" is there twice.`)
  const missing = REQUIRED.filter((column) => !names.includes(column))
  if (missing.length > 0)
    throw usageError(`The column "${missing.join('", "')}" is missing.`, HEADER_HINT)
  return names as Column[]
}

function toRow(
  cells: readonly string[],
  columns: readonly Column[],
  line: number,
  seen: Map<string, number>,
): UserRow {
  const cell = (column: Column) => cells[columns.indexOf(column)]?.trim() ?? ''
  const refuse = (field: Column | undefined, message: string) => ({
    line,
    problem: { username: cell('username') || undefined, field, message },
  })
  if (cells.length !== columns.length)
    return refuse(undefined, `has ${cells.length} values, and the first line ${columns.length}`)
  for (const field of ['username', 'email'] as const) {
    const key = `${field} ${cell(field).normalize('NFKC').toLowerCase()}`
    const earlier = seen.get(key)
    if (earlier !== undefined) return refuse(field, `is the same as in line ${earlier}`)
    if (cell(field) !== '') seen.set(key, line)
  }
  return {
    line,
    row: {
      line,
      username: cell('username'),
      email: cell('email'),
      first_name: cell('first_name'),
      last_name: cell('last_name'),
      phone: cell('phone') || undefined,
      language: cell('language') || undefined,
      groups: cell('groups')
        .split(/[,;]/)
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    },
  }
}

function toUsage(err: unknown, path: string): CliError | unknown {
  if (err instanceof CsvError) return usageError(`${path} is not a CSV file: ${err.message}.`)
  const { code } = err as NodeJS.ErrnoException
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return usageError(`${path} is not UTF-8 text.`)
  const isOfFile = code !== undefined && /^E[A-Z]+$/.test(code)
  return isOfFile ? usageError(`${path} cannot be read (${code}).`) : err
}
