import { KeyState, KeyUseKind } from '@defguard/proto/admin/v1/keys'
import type { TestCore } from './_core.js'

/** `previous 1: sealed location.private_key_sealed 2`, for each thing that needs a key, sorted. */
export async function keyUses(core: TestCore): Promise<string[]> {
  const { uses } = await core.clients.keys.getKeyStatus({})
  const word = (wireEnum: Record<number, string>, value: number) => wireEnum[value]?.toLowerCase()
  return uses
    .map(({ state, number, kind, what, count }) => {
      const key = [word(KeyState, state), number || ''].join(' ').trim()
      return `${key}: ${word(KeyUseKind, kind)} ${what} ${count}`
    })
    .sort()
}

export async function rotate(
  core: Pick<TestCore, 'clients'>,
): Promise<{ resealed: number; unreadable: number }> {
  let last = { resealed: 0, unreadable: 0 }
  for await (const piece of core.clients.rotateKeys()) last = piece
  return { resealed: last.resealed, unreadable: last.unreadable }
}
