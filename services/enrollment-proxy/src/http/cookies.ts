import type { Response } from 'express'
import { unexpectedAnswer } from './errors.js'

/** A session cookie by its name and the part of the API it is for. */
export class SessionCookie {
  constructor(
    private readonly name: string,
    private readonly path: string,
    private readonly isSecure: boolean,
  ) {}

  /**
   * The session in a Cookie header, or an empty text. Desktop clients send the whole Set-Cookie line
   * back, attributes and all, or the word `undefined`; none of that may disturb.
   */
  read(header: string | undefined): string {
    const prefix = `${this.name}=`
    const values = (header ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(prefix))
      .map((pair) =>
        pair
          .slice(prefix.length)
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      )
    return values.find((value) => value !== '') ?? ''
  }

  /** @param deadline in Unix seconds */
  set(res: Response, secret: string, deadline: number): void {
    // Core's own alphabet; anything else would need quoting, which clients do not undo.
    if (!/^\w+$/.test(secret)) throw unexpectedAnswer()
    const attributes = [
      `${this.name}=${secret}`,
      `Path=${this.path}`,
      `Expires=${new Date(deadline * 1000).toUTCString()}`,
      'HttpOnly',
      'SameSite=Strict',
      ...(this.isSecure ? ['Secure'] : []),
    ]
    res.setHeader('Set-Cookie', attributes.join('; '))
  }
}
