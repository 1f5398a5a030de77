import { PassThrough } from 'node:stream'
import { run } from '../src/program.js'
import { newConfigHome } from './_cli.js'

/** A run at a terminal whose person answers each question in turn. */
export async function atTerminal(
  args: string[],
  answers: string[],
  env: Record<string, string | undefined>,
) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const shown: string[] = []
  const screen = () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
    stream.on('data', (chunk: Buffer) => {
      shown.push(chunk.toString())
      if (/(: |\[y\/N\] )$/.test(chunk.toString())) stdin.write(`${answers.shift()}\r`)
    })
    return stream
  }
  const code = await run(args, {
    stdin,
    stdout: screen(),
    stderr: screen(),
    env: { XDG_CONFIG_HOME: newConfigHome(), ...env },
    home: '/nonexistent',
    signal: new AbortController().signal,
  })
  return { code, shown: shown.join('') }
}
