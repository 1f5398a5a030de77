import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Env } from '@defguard/runtime/env'

const VARIABLE = 'DEFGUARD_LOCAL_WIREGUARD_PORT'
const FALLBACK = 51820

/**
 * The UDP port of the stack's gateway as the environment names it; 0 means any free one.
 * @throws Error with a sentence when it cannot be listened on
 */
export async function chooseWireGuardPort(env: Env): Promise<number> {
  const port = env.port(VARIABLE, FALLBACK)
  const socket = createSocket('udp4').bind({ port, exclusive: true })
  try {
    await once(socket, 'listening')
    return socket.address().port
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException
    throw new Error(
      `UDP port ${port}, for the gateway, cannot be used (${code}). Set ${VARIABLE} to another port, or stop the other program.`,
    )
  } finally {
    socket.close()
  }
}
