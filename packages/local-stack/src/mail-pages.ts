import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { isLoopback } from '@defguard/runtime/tls'

/**
 * Makes the mail catcher's web server answer only its own pages: by itself it lets every website
 * that is open in the developer's browser read the mails. A foreign name that resolves to this
 * machine (DNS rebinding) is refused as well.
 */
export function guardMailPages(server: Server): void {
  const requestListeners = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isForeign(request)) {
      response.writeHead(403).end('Not for other websites.\n')
      return
    }
    // The page itself is otherwise kept from tools that do not ask for HTML by name.
    if (request.url === '/') request.headers.accept = 'text/html'
    for (const listener of requestListeners) listener.call(server, request, response)
  })
  const upgradeListeners = server.listeners('upgrade')
  server.removeAllListeners('upgrade')
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isForeign(request)) socket.destroy()
    else for (const listener of upgradeListeners) listener.call(server, request, socket, head)
  })
}

function isForeign({ headers: { host = '', origin } }: IncomingMessage): boolean {
  const own = `http://${host}`
  if (!URL.canParse(own) || !isLoopback(new URL(own).hostname)) return true
  return origin !== undefined && origin !== own
}
