import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { run } from '../src/program.js'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command in this process: starting one takes longer than most commands do. */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  stdin = '',
): Promise<Ended> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const printed = Promise.all([text(stdout), text(stderr)])
  const home = env.XDG_CONFIG_HOME ?? '/nonexistent'
  const signal = new AbortController().signal
  const code = await run(args, { stdin: Readable.from([stdin]), stdout, stderr, env, home, signal })
  for (const stream of [stdout, stderr]) stream.end()
  const [out, err] = await printed
  return { code, stdout: out, stderr: err }
}
