import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet from 'helmet'
import type { CoreHealth } from '../core-health.js'

const YEAR_S = 31_536_000

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

type Headers = Readonly<Record<string, string>>

/** What stands on every response, whoever writes it: a route, an error, the HTTP layer itself. */
export class ResponseHeaders {
  readonly #fixed: Headers

  constructor(
    private readonly health: Pick<CoreHealth, 'version' | 'isConnected'>,
    options: { version: string; isHttps: boolean },
  ) {
    this.#fixed = {
      ...helmetHeaders(options.isHttps),
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cache-Control': 'no-store',
      'defguard-component-version': options.version,
    }
  }

  /** For a response that begins; files that may be cached say so themselves later. */
  get fixed(): Headers {
    return this.#fixed
  }

  /** For the moment a response is sent: core may have gone away while the request waited for it. */
  get current(): Headers {
    return {
      'defguard-core-version': this.health.version,
      'defguard-core-connected': String(this.health.isConnected),
    }
  }
}

/** Helmet's headers depend on nothing in the request, so one response shows them all. */
function helmetHeaders(isHttps: boolean): Headers {
  const req = new IncomingMessage(new Socket())
  const res = new ServerResponse(req)
  const setHeaders = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: isHttps && { maxAge: YEAR_S, includeSubDomains: false },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  })
  setHeaders(req, res, () => {})
  return Object.fromEntries(res.getHeaderNames().map((name) => [name, String(res.getHeader(name))]))
}
