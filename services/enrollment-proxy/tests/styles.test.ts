import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'

const FOLDER = new URL('../web/src/styles/', import.meta.url)

const SIDE = '(?:left|right|top|bottom)'
/** What names a side of the screen instead of a direction of the text. */
const PHYSICAL = new RegExp(
  [
    `^${SIDE}:`,
    `^(?:margin|padding|border|scroll-margin|scroll-padding)-${SIDE}\\b`,
    '^(?:text-align|float|clear|justify-\\w+|background-position|transform-origin): .*\\b(?:left|right)\\b',
    '^(?:transform|translate): .*translate(?:X|3d)?\\(',
    // Four values, of which the second (right) and the fourth (left) differ.
    '^(?:margin|padding|inset|border-\\w+): \\S+ (\\S+) \\S+ (?!\\1;)\\S+;',
  ].join('|'),
)

it('lays the page out by the direction of its text, never by left and right', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.css'))
  expect(files.length).toBeGreaterThan(5)
  const found = files.flatMap((file) =>
    readFileSync(new URL(file, FOLDER), 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => PHYSICAL.test(line))
      .map((line) => `${file}: ${line}`),
  )
  expect(found).toEqual([])
})

it('would find each way to name a side', () => {
  const declarations = [
    'left: 0;',
    'margin-left: 1rem;',
    'border-right-color: red;',
    'border-top-left-radius: 1px;',
    'text-align: left;',
    'float: right;',
    'transform: translateX(1rem);',
    'padding: 0 1rem 0 2rem;',
  ]
  expect(declarations.filter((declaration) => !PHYSICAL.test(declaration))).toEqual([])
})
