import {
  type KeyServiceServer,
  KeyState,
  KeyUseKind,
  type KeyUse as UseMessage,
} from '@defguard/proto/admin/v1/keys'
import type { KeyRotation } from '../app/key-rotation.js'
import type { KeyNumber, KeyUse, KeyUses } from '../app/key-use.js'
import type { AdminCalls } from './admin-calls.js'

const KINDS: Readonly<Record<KeyUse['kind'], KeyUseKind>> = {
  sealed: KeyUseKind.SEALED,
  password: KeyUseKind.PASSWORD,
  recovery_codes: KeyUseKind.RECOVERY_CODES,
  gateway_token: KeyUseKind.GATEWAY_TOKEN,
}

export interface KeyUseCases {
  readonly keyUses: KeyUses
  readonly keyRotation: KeyRotation
}

export function keyHandlers(
  calls: AdminCalls,
  { keyUses, keyRotation }: KeyUseCases,
): KeyServiceServer {
  return {
    getKeyStatus: calls.admin('write', async () => ({
      previous_keys: keyUses.previousKeys,
      uses: (await keyUses.list()).map(toUse),
    })),

    rotateKeys: calls.adminStream('write', async function* (_request, admin) {
      for await (const { resealed, unreadable } of keyRotation.run(admin))
        yield { resealed, unreadable }
    }),
  }
}

function toUse({ key, kind, what, count }: KeyUse): UseMessage {
  const number = typeof key === 'number' ? key : 0
  return { state: stateOf(key), number, kind: KINDS[kind], what, count }
}

function stateOf(key: KeyNumber): KeyState {
  if (key === 'missing') return KeyState.MISSING
  if (key === 'unnamed') return KeyState.UNNAMED
  return key === 0 ? KeyState.CURRENT : KeyState.PREVIOUS
}
