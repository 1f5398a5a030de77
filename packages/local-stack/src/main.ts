import { parseArgs } from 'node:util'
import { watchPackageManager } from './parents.js'
import { Stack, type StackOptions } from './stack.js'

const USAGE = `Usage: npx --yes pnpm@10 start [-- --gateway]

  --gateway  also run a gateway of the sample location on this machine, to connect to`

const stack = new Stack(
  process.env,
  (text) => process.stdout.write(`${text}\n`),
  readOptions(process.argv.slice(2)),
)
let stopping: Promise<void> | undefined

/** Ends this process when everything has stopped; a second signal changes nothing. */
function stop(reason: string, exitCode: number): void {
  if (stopping) return
  const stream = exitCode === 0 ? process.stdout : process.stderr
  stream.write(`${reason}\n`)
  stopping = stack
    .stop()
    .then(() => process.stdout.write('Stopped.\n'))
    .catch((err) => process.stderr.write(`${err instanceof Error ? err.stack : err}\n`))
    .then(() => process.exit(exitCode))
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stop('Stopping …', 0))
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {}) // the terminal is gone, and its SIGHUP stops us
}
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (err) =>
    stop(`Stopping after an error: ${err instanceof Error ? err.stack : err}`, 1),
  )
}
watchPackageManager(process.env, () => stop('Stopping: the package manager was ended.', 0))

try {
  await stack.start()
} catch (err) {
  stop(err instanceof Error ? err.message : String(err), 1)
}

/** Ends this process with a line on what can be said, for everything else. */
function readOptions(args: readonly string[]): StackOptions {
  try {
    // pnpm hands on the dashes that tell its own options from ours.
    const own = args[0] === '--' ? args.slice(1) : [...args]
    const { values } = parseArgs({ args: own, options: { gateway: { type: 'boolean' } } })
    return { gateway: values.gateway ?? false }
  } catch (err) {
    process.stderr.write(`${err instanceof Error ? err.message : err}\n\n${USAGE}\n`)
    process.exit(2)
  }
}
