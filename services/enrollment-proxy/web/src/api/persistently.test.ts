import { expect, it } from '@jest/globals'
import { type Pause, persistently } from './persistently.js'
import { Refusal, Unreachable } from './request.js'

function answering(...outcomes: readonly (Error | string)[]): () => Promise<string> {
  let calls = 0
  return async () => {
    const outcome = outcomes[calls++] ?? 'too many calls'
    if (outcome instanceof Error) throw outcome
    return outcome
  }
}

it('repeats a call whose answer was lost, and tells the person only when it lasts', async () => {
  const pauses: Pause[] = []
  const lost = new Unreachable(false)
  const call = answering(lost, lost, lost, 'answer')
  const answer = await persistently(call, async (pause) => {
    pauses.push(pause)
    return true
  })
  expect(answer).toBe('answer')
  expect(pauses.map((pause) => pause.isWorthTelling)).toEqual([false, false, true])
})

it('tells the person at once when the proxy has waited for core already', async () => {
  const pauses: Pause[] = []
  await persistently(answering(new Unreachable(true), 'answer'), async (pause) => {
    pauses.push(pause)
    return true
  })
  expect(pauses.map((pause) => pause.isWorthTelling)).toEqual([true])
})

it('does not repeat what was refused', async () => {
  const refusal = new Refusal({ reason: 'token_unknown' }, 0)
  const wait = async () => true
  await expect(persistently(answering(refusal, 'answer'), wait)).rejects.toBe(refusal)
})

it('gives up when nobody waits any more', async () => {
  const lost = new Unreachable(false)
  const wait = async () => false
  await expect(persistently(answering(lost, 'answer'), wait)).rejects.toBe(lost)
})
