// `pnpm bench core`, `api`, `devices`, `gateways`, `tunnels`, `wizard`, or all: what can only be measured, in one run.
const BENCHES: Readonly<Record<string, () => Promise<unknown>>> = {
  core: () => import('./core.ts'),
  api: () => import('./api.ts'),
  devices: () => import('./devices.ts'),
  gateways: () => import('./gateways.ts'),
  tunnels: () => import('./tunnels.ts'),
  wizard: () => import('./wizard.ts'),
}

const named = process.argv.slice(2)
const unknown = named.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  process.stderr.write(
    `There is no bench "${unknown}", only: ${Object.keys(BENCHES).join(', ')}.\n`,
  )
  process.exit(2)
}
for (const name of named.length > 0 ? named : Object.keys(BENCHES)) await BENCHES[name]?.()
