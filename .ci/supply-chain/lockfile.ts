import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

type Versions = Readonly<Record<string, string>>

interface Importer {
  readonly dependencies?: Readonly<Record<string, { specifier: string; version: string }>>
  readonly devDependencies?: Importer['dependencies']
}

/** What we read of `pnpm-lock.yaml`, version 9. */
export interface Lockfile {
  readonly importers: Readonly<Record<string, Importer>>
  readonly packages: Readonly<
    Record<string, { resolution: Readonly<Record<string, string>>; os?: string[]; cpu?: string[] }>
  >
  readonly snapshots: Readonly<
    Record<string, { dependencies?: Versions; optionalDependencies?: Versions }>
  >
}

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: unknown
  readonly licenses?: unknown
  readonly scripts?: Readonly<Record<string, string>>
}

export function readLockfile(root: string): Lockfile {
  return parse(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8'))
}

/** `name@1.2.3` without the peers that pnpm writes behind it. */
export const withoutPeers = (key: string): string => key.replace(/\(.*$/, '')

/** The manifests of what is installed here, by `name@version`; other systems' packages are not. */
export function readInstalled(root: string): Map<string, Manifest> {
  const store = join(root, 'node_modules/.pnpm')
  const found = new Map<string, Manifest>()
  for (const folder of readdirSync(store)) {
    const [, scope, name] = /^(?:(@[^+]+)\+)?(@?[^@]+)@/.exec(folder) ?? []
    if (name === undefined) continue
    const path = join(store, folder, 'node_modules', scope ?? '', name, 'package.json')
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
    found.set(`${manifest.name}@${manifest.version}`, manifest)
  }
  return found
}
