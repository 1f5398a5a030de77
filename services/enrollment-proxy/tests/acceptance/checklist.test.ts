import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from '@jest/globals'

const ITEMS = 50
const PLACES = ['.', '../clients', '../../../../packages/local-stack/tests']

it('the checklist of API.md section 11 is proven item by item', () => {
  const proven = new Set<number>()
  for (const place of PLACES) {
    const folder = fileURLToPath(new URL(`${place}/`, import.meta.url))
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.test.ts'))) {
      const text = readFileSync(folder + name, 'utf8')
      for (const [, item] of text.matchAll(/['`]11\.(\d+) /g)) proven.add(Number(item))
    }
  }
  const expected = Array.from({ length: ITEMS }, (_, i) => i + 1)
  expect([...proven].sort((a, b) => a - b)).toEqual(expected)
})
