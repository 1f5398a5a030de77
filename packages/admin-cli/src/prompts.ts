import { createInterface } from 'node:readline'
import { addAbortSignal, Writable } from 'node:stream'
import { usageError } from './cli-error.js'
import { Interruption, type Io } from './io.js'

/** Asks on the terminal. @throws CliError when it is closed instead of answered */
export function ask(io: Io, question: string): Promise<string> {
  return readLine(io, question, io.stderr)
}

/** Asks on the terminal and shows nothing of what is typed. */
export async function askSecret(io: Io, question: string): Promise<string> {
  io.stderr.write(question)
  try {
    return await readLine(io, '', new Writable({ write: (_chunk, _encoding, done) => done() }))
  } finally {
    io.stderr.write('\n')
  }
}

/** Whether the person says yes; anything else is a no. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  return /^\s*y(es)?\s*$/i.test(await ask(io, `${question} [y/N] `))
}

/** A secret: typed without an echo on a terminal, else all of standard input but one line break. */
export async function readSecret(io: Io, question: string): Promise<string> {
  const secret = io.stdin.isTTY
    ? await askSecret(io, question)
    : (await readStdin(io)).toString().replace(/\r?\n$/, '')
  if (secret === '') throw usageError('Nothing was given on standard input.')
  return secret
}

/** A secret that is new: typed twice on a terminal, so that nobody is locked out by a typing error. */
export async function readNewSecret(io: Io, question: string): Promise<string> {
  const secret = await readSecret(io, question)
  if (io.stdin.isTTY && (await askSecret(io, 'Again: ')) !== secret) {
    throw usageError('The two differ. Nothing was changed.')
  }
  return secret
}

/** Two secrets: typed one after the other on a terminal, else the last line is the second. */
export async function readSecrets(
  io: Io,
  questions: readonly [string, string],
): Promise<[string, string]> {
  const [first, second] = questions
  if (io.stdin.isTTY) return [await askSecret(io, first), await askSecret(io, second)]
  const text = await readSecret(io, first)
  const at = text.lastIndexOf('\n')
  if (at === -1) throw usageError('Standard input has one line; two are needed.')
  return [text.slice(0, at).replace(/\r$/, ''), text.slice(at + 1)]
}

export async function readStdin(io: Io): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of addAbortSignal(io.signal, io.stdin)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

function readLine(io: Io, question: string, output: Writable): Promise<string> {
  return new Promise((resolve, reject) => {
    const { stdin: input, signal } = io
    // `terminal`: the keys are ours, so that nothing but what we write is shown.
    const lines = createInterface({ input, output, terminal: true, historySize: 0 })
    const end = (err: unknown) => {
      reject(err)
      lines.close()
    }
    const abort = () => end(signal.reason)
    lines.on('SIGINT', () => {
      io.stderr.write('\n')
      end(new Interruption(130))
    })
    lines.on('close', () => {
      signal.removeEventListener('abort', abort)
      reject(usageError('Nothing was typed.'))
    })
    signal.addEventListener('abort', abort)
    lines.question(question, (answer) => {
      resolve(answer)
      lines.close()
    })
  })
}
