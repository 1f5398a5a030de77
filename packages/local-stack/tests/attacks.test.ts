import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from '@jest/globals'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

interface Row {
  readonly attack: string
  readonly tests: readonly { readonly file: string; readonly name: string }[]
}

/** The table of the README's section *Attacks*: attack, what happens, the test that proves it. */
function readRows(): Row[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const [, section = ''] = readme.split(/^## Attacks$/m)
  const [table = ''] = section.split(/^## /m)
  const lines = table.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) => {
    const [, attack = '', , proof = ''] = line.split(/ *(?<!\\)\| */)
    const tests = [...proof.matchAll(/`([^`]+\.test\.ts)` “([^”]+)”/g)]
    return { attack, tests: tests.map(([, file = '', name = '']) => ({ file, name })) }
  })
}

/** Whether a name stands there whole, as the text of a test. */
function isNamed(source: string, name: string): boolean {
  const spellings = [name, name.replaceAll("'", "\\'")]
  return spellings.some((spelled) =>
    ["'", '"', '`'].some((quote) => source.includes(`${quote}${spelled}${quote}`)),
  )
}

it('says of every attack which test proves what happens, and each is there', () => {
  const rows = readRows()
  expect(rows.length).toBeGreaterThan(60)
  const missing = rows.flatMap(({ attack, tests }) => {
    if (tests.length === 0) return [`${attack}: no test`]
    return tests.flatMap(({ file, name }) => {
      const path = join(ROOT, file)
      const isThere = existsSync(path) && isNamed(readFileSync(path, 'utf8'), name)
      return isThere ? [] : [`${attack}: ${file} “${name}”`]
    })
  })
  expect(missing).toEqual([])
})

it('would miss a test that is renamed, or named by half', () => {
  const source = `it('keeps what it promises', () => {})`
  expect(isNamed(source, 'keeps what it promises')).toBe(true)
  expect(isNamed(source, 'keeps what it')).toBe(false)
  expect(isNamed(source, 'keeps what it promised')).toBe(false)
})
