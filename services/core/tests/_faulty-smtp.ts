import type { SMTPServer, SMTPServerOptions } from 'smtp-server'
import { type MailServers, onMail, type ReceivedMail } from './_smtp.js'

/** A server that has a fault until it is mended. */
export interface Fault {
  isMended: boolean
  server: SMTPServer | undefined
  received: ReceivedMail[]
}
export type Faulty = (fault: Fault) => SMTPServerOptions

export async function startFaulty(servers: MailServers, options: Faulty) {
  const fault: Fault = { isMended: false, server: undefined, received: [] }
  const started = await servers.start(options(fault))
  Object.assign(fault, { server: started.server, received: started.received })
  return { ...started, fault }
}

export function drop({ server }: Fault): void {
  for (const { _socket: socket } of server?.connections ?? []) socket.destroy()
}

type Verdict = (error?: Error) => void
export const until = (fault: Fault, error: Error, done: Verdict) =>
  fault.isMended ? done() : done(error)

export const onSender =
  (error: Error): Faulty =>
  (fault) => ({ onMailFrom: (_address, _session, done) => until(fault, error, done) })
export const onRecipient =
  (error: Error): Faulty =>
  (fault) => ({ onRcptTo: (_address, _session, done) => until(fault, error, done) })
/** Reads the whole mail, then does something else than take it. */
export const onEnd =
  (act: (fault: Fault, mail: ReceivedMail, done: Verdict) => void): Faulty =>
  (fault) => ({
    onData: onMail((mail, done) => {
      if (!fault.isMended) return act(fault, mail, done)
      fault.received.push(mail)
      done()
    }),
  })
export const refuseAtEnd = (error: Error) => onEnd((_fault, _mail, done) => done(error))
