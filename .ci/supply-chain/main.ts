// `pnpm supply-chain check`, or `sbom FILE` for a CycloneDX list of what we run. Asks no network.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkSupplyChain } from './check.ts'
import { createSbom } from './sbom.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const [command, file] = process.argv.slice(2)
if (command === 'check') {
  const problems = checkSupplyChain(ROOT)
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.exitCode = problems.length > 0 ? 1 : 0
} else if (command === 'sbom' && file !== undefined) {
  const sbom = createSbom(ROOT)
  writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`)
  process.stdout.write(`${file}: ${sbom.components.length} components\n`)
} else {
  process.stderr.write('usage: supply-chain check | sbom FILE\n')
  process.exitCode = 2
}
