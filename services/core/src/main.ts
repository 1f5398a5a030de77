import { Env } from '@defguard/runtime/env'
import { run } from '@defguard/runtime/run'
import { bootstrapAdmin } from './bootstrap-admin.js'
import { readConfig } from './config.js'
import { createCore } from './core.js'

const [command, ...args] = process.argv.slice(2)
const config = () => readConfig(new Env(process.env))

if (command === undefined) {
  await run(() => createCore(config()))
} else if (command === 'bootstrap-admin') {
  try {
    await bootstrapAdmin(config(), args, (text) => process.stdout.write(text))
  } catch (err) {
    process.stderr.write(`${err instanceof Error ? err.message : String(err)}\n`)
    process.exitCode = 1
  }
} else {
  process.stderr.write(
    `Unknown command "${command}". Commands: bootstrap-admin; without one, core runs.\n`,
  )
  process.exitCode = 64
}
