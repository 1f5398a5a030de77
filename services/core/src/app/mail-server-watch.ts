import { nextProbeAt } from '../domain/mail-schedule.js'
import { CONNECTIONS_MAX, type SmtpSettings } from '../mail/transport.js'

/**
 * How many mails the mail server at hand gets at a time: fewer with each that comes to nothing for a
 * reason that the next one would meet as well, until all mail waits and single ones find out whether
 * the server is back. An outage must not use up the attempts of everything that is queued.
 */
export class MailServerWatch {
  #server = ''
  #troubles = 0
  #pausedUntil: Date | undefined
  #news: string | undefined

  /** @returns how many mails may be on their way at once: none while all mail waits */
  limit(smtp: SmtpSettings, now: Date): number {
    const server = JSON.stringify(smtp)
    if (server !== this.#server) {
      this.clear()
      this.#server = server
    }
    if (this.isPaused(now)) return 0
    // Whatever is on its way may end like those before it: no more are tried than it takes to be sure.
    return Math.max(CONNECTIONS_MAX - this.#troubles, 1)
  }

  /** @returns whether all mail waits from now on */
  onTrouble(smtp: SmtpSettings, reason: string, now: Date): boolean {
    if (this.isPaused(now) || JSON.stringify(smtp) !== this.#server) return false
    this.#troubles += 1
    if (this.#troubles < CONNECTIONS_MAX) return false
    this.#pausedUntil = nextProbeAt(this.#troubles - CONNECTIONS_MAX, now)
    this.#news = reason
    return true
  }

  /**
   * The server had something to say about a mail, be it a refusal.
   * @returns whether mail had been waiting for that
   */
  onAnswer(smtp: SmtpSettings): boolean {
    if (JSON.stringify(smtp) !== this.#server) return false
    const wasPaused = this.#pausedUntil !== undefined
    this.clear()
    return wasPaused
  }

  /** Why all mail waits, once for each time that this begins. */
  takeNews(): string | undefined {
    const news = this.#news
    this.#news = undefined
    return news
  }

  private isPaused(now: Date): boolean {
    return this.#pausedUntil !== undefined && now < this.#pausedUntil
  }

  private clear(): void {
    this.#troubles = 0
    this.#pausedUntil = undefined
    this.#news = undefined
  }
}
