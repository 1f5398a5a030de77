#!/usr/bin/env node
import { homedir } from 'node:os'
import { Interruption } from './io.js'
import { run } from './program.js'

const interruption = new AbortController()
// Once only: a second Ctrl-C ends the process the hard way.
process.once('SIGINT', () => interruption.abort(new Interruption(130)))
process.once('SIGTERM', () => interruption.abort(new Interruption(143)))
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (err: NodeJS.ErrnoException) => {
    // `… | head` has seen enough: that is no failure.
    if (err.code === 'EPIPE') return interruption.abort(new Interruption(0))
    process.stderr.write(`error: the output cannot be written (${err.code})\n`)
    process.exit(1)
  })
}

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  home: homedir(),
  signal: interruption.signal,
})
