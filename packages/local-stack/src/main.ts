import { watchPackageManager } from './parents.js'
import { Stack } from './stack.js'

const stack = new Stack(process.env, (text) => process.stdout.write(`${text}\n`))
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
