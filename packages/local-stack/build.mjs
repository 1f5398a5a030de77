// Builds what has changed since the last build. Builds take turns: a test run beside a running stack,
// or a second test run, must not empty a folder that the first one reads.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))

const STATE = 'node_modules/.build'
const LOCK = join(STATE, 'lock')
const STEPS = [
  {
    command: ['pnpm', 'build:proto'],
    inputs: ['buf*.yaml', 'proto/**/*.proto', 'packages/proto/package.json'],
    output: 'packages/proto/src/defguard',
  },
  { command: ['tsc', '-b'] }, // keeps its own account
  {
    command: ['pnpm', '--filter', '@defguard/enrollment-proxy', 'build:web'],
    inputs: ['services/enrollment-proxy/{web/**,package.json,src/http/contract.ts}'],
    output: 'services/enrollment-proxy/dist/web/index.html',
  },
]

mkdirSync(STATE, { recursive: true })
await lock()
process.on('exit', () => rmSync(LOCK, { force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))
STEPS.forEach(build)

function build({ command, inputs, output }, index) {
  const stamp = join(STATE, `step-${index}`)
  const state = inputs && hash(inputs)
  if (state && existsSync(output) && readOrEmpty(stamp) === state) return
  rmSync(stamp, { force: true })
  const [program, ...args] = command
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
  if (state) writeFileSync(stamp, state)
}

function hash(patterns) {
  const sum = createHash('sha256')
  for (const path of globSync(patterns).sort()) {
    if (statSync(path).isFile()) sum.update(`${path}\0`).update(readFileSync(path)).update('\0')
  }
  return sum.digest('hex')
}

async function lock() {
  for (let isWaiting = false; ; await delay(100)) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
      return
    } catch (err) {
      if (err.code !== 'EEXIST') throw err
    }
    const holder = readOrEmpty(LOCK)
    if (holder && !isAlive(Number(holder))) renameAway()
    else if (!isWaiting) process.stdout.write(`Waiting for the build of process ${holder} …\n`)
    isWaiting = true
  }
}

/** Of several that find the lock stale, one gets it. */
function renameAway() {
  try {
    renameSync(LOCK, `${LOCK}.${process.pid}`)
    rmSync(`${LOCK}.${process.pid}`)
  } catch (err) {
    if (err.code !== 'ENOENT') throw err
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (err) {
    return err.code === 'EPERM'
  }
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (err) {
    if (err.code === 'ENOENT') return ''
    throw err
  }
}
