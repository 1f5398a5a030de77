import { PassThrough } from 'node:stream'
import { run } from '../src/program.js'
import { newConfigHome } from './_cli.js'

/** A run at a terminal whose person answers each question in turn, or by what they have been shown. */
export async function atTerminal(
  args: string[],
  answers: string[] | ((shown: string) => string),
  env: Record<string, string | undefined>,
) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const shown: string[] = []
  const answer = () =>
    typeof answers === 'function' ? answers(shown.join('')) : `${answers.shift()}`
  const screen = () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
    stream.on('data', (chunk: Buffer) => {
      shown.push(chunk.toString())
      if (/(: |\[y\/N\] )$/.test(chunk.toString())) stdin.write(`${answer()}\r`)
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
