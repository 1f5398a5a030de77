import type { Response } from 'express'
import { unexpectedAnswer } from './errors.js'

/** A session cookie by its name and the part of the API it is for. */
export class SessionCookie {
  constructor(
    readonly name: string,
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
    this.#write(res, secret, new Date(deadline * 1000))
  }

  remove(res: Response): void {
    this.#write(res, '', new Date(0))
  }

  #write(res: Response, value: string, expires: Date): void {
    const attributes = [
      `${this.name}=${value}`,
      `Path=${this.path}`,
      `Expires=${expires.toUTCString()}`,
      'HttpOnly',
      'SameSite=Strict',
      ...(this.isSecure ? ['Secure'] : []),
    ]
    res.setHeader('Set-Cookie', attributes.join('; '))
  }
}
