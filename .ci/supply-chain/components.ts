import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Lockfile, type Manifest, withoutPeers } from './lockfile.ts'

/** A package of a registry that we ship or run. */
export interface Component {
  readonly name: string
  readonly version: string
  /** SHA-512 of its tarball, base64. */
  readonly sha512: string
  /** Undefined for a package of another system, which is not installed here. */
  readonly manifest: Manifest | undefined
  /** `name@version` of what it needs. */
  readonly needs: Set<string>
}

export interface Ours {
  readonly path: string
  readonly name: string
  readonly version: string
  readonly needs: readonly string[]
}

export interface Production {
  readonly ours: readonly Ours[]
  readonly components: ReadonlyMap<string, Component>
}

const WEB = 'services/enrollment-proxy'

/** Our packages and, all the way down, what each needs when it runs; the wizard's page included. */
export function readProduction(
  root: string,
  lockfile: Lockfile,
  installed: ReadonlyMap<string, Manifest>,
): Production {
  const components = new Map<string, Component>()

  const seen = new Set<string>()
  function add(snapshotKey: string): string {
    const key = withoutPeers(snapshotKey)
    if (seen.has(snapshotKey)) return key
    seen.add(snapshotKey)
    const component = components.get(key) ?? componentOf(key)
    components.set(key, component)
    const { dependencies, optionalDependencies } = lockfile.snapshots[snapshotKey] ?? {}
    for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies })) {
      component.needs.add(add(`${name}@${version}`))
    }
    return key
  }

  function componentOf(key: string): Component {
    const { resolution, os } = lockfile.packages[key] ?? {}
    const manifest = installed.get(key)
    if (!resolution || !(manifest || os)) throw new Error(`${key} is not installed as locked.`)
    const at = key.lastIndexOf('@')
    return {
      name: key.slice(0, at),
      version: key.slice(at + 1),
      sha512: resolution.integrity?.replace(/^sha512-/, '') ?? '',
      manifest,
      needs: new Set(),
    }
  }

  const bundled = importsOf(join(root, WEB, 'web/src'))
  const ours = Object.entries(lockfile.importers).map(([path, importer]) => {
    const { name, version } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
    const inPage = Object.entries(path === WEB ? (importer.devDependencies ?? {}) : {})
    const direct = [
      ...Object.entries(importer.dependencies ?? {}),
      ...inPage.filter(([dependency]) => bundled.has(dependency)),
    ]
    const needs = direct.map(([dependency, { version }]) =>
      version.startsWith('link:') ? dependency : add(`${dependency}@${version}`),
    )
    return { path, name, version, needs }
  })
  return { ours, components }
}

/** The packages that the sources of a folder import. */
function importsOf(folder: string): Set<string> {
  const names = new Set<string>()
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(entry) || entry.includes('.test.')) continue
    const source = readFileSync(join(folder, entry), 'utf8')
    for (const [, name] of source.matchAll(/\b(?:from|import) '((?:@[\w-]+\/)?[\w-]+)/g)) {
      if (name) names.add(name)
    }
  }
  return names
}
