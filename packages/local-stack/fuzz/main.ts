// `pnpm fuzz --minutes N [--seed N]`: everything that core and the proxy offer, called in every way.
import { parseArgs } from 'node:util'
import { isClean, write } from './report.ts'
import { fuzz } from './run.ts'

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!(minutes > 0) || !Number.isInteger(seed)) {
  process.stderr.write('usage: pnpm fuzz --minutes N [--seed N]\n')
  process.exit(2)
}
const onProgress = (line: string) => process.stderr.write(`${line}\n`)
const report = await fuzz({ seed, minutes, onProgress })
process.stdout.write(write(report))
process.exitCode = isClean(report) ? 0 : 1
