import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { differingLines, parsePeers } from './peer-lines.js'

/** Lines that begin and end alike, so that texts differ in the middle of them. */
const lines = fc
  .array(fc.stringMatching(/^[AB]{1,3} [12]{1,2}$/), { maxLength: 6 })
  .map((list) => list.map((line) => `${line}\n`).join(''))

const isWhole = (text: string) => text === '' || text.endsWith('\n')

it('leaves out whole lines of the beginning and the end only, which both have', () => {
  fc.assert(
    fc.property(lines, lines, lines, lines, (head, tail, before, after) => {
      const [from, to] = [head + before + tail, head + after + tail]
      const [old, current] = differingLines(from, to)
      const alike = from.length - old.length
      expect(to.length - current.length).toBe(alike)
      const isCutAt = (at: number) =>
        isWhole(from.slice(0, at)) &&
        from.slice(at, at + old.length) === old &&
        to === from.slice(0, at) + current + from.slice(at + old.length)
      expect([isWhole(old), isWhole(current)]).toEqual([true, true])
      expect(Array.from({ length: alike + 1 }, (_, at) => at).some(isCutAt)).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

it('looks at what differs only, however much is alike', () => {
  expect(differingLines('A 1\nB 2\nC 3\n', 'A 1\nB 22\nC 3\n')).toEqual(['B 2\n', 'B 22\n'])
  expect(differingLines('A 1\nB 2\nC 3\n', 'A 1\nC 3\n')[1]).not.toContain('A')
  expect(differingLines('A 1\n', 'A 1\n')).toEqual(['', ''])
  expect(differingLines('', 'A 1\n')).toEqual(['', 'A 1\n'])
})

it('reads a key and its addresses from each line', () => {
  expect(parsePeers('A 10.1.1.2 fd00::2\nB\n')).toEqual([
    { publicKey: 'A', addresses: ['10.1.1.2', 'fd00::2'] },
    { publicKey: 'B', addresses: [] },
  ])
  expect(parsePeers('')).toEqual([])
})
