import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Production, readProduction } from './components.ts'
import { isAllowed, licenceOf } from './licences.ts'
import { type Lockfile, type Manifest, readInstalled, readLockfile } from './lockfile.ts'

/** All that is wrong with what we are made of, a sentence each. */
export function checkSupplyChain(root: string): string[] {
  const lockfile = readLockfile(root)
  const installed = readInstalled(root)
  const manifests = Object.keys(lockfile.importers).map((path) => join(path, 'package.json'))
  return [
    ...manifests.flatMap((path) => inexactVersions(path, readJson(join(root, path)))),
    ...unpinned(lockfile),
    ...unexpectedScripts(installed, readWorkspace(root)),
    ...unexpectedLicences(readProduction(root, lockfile, installed)),
  ]
}

type Json = Readonly<Record<string, unknown>>

/** A range would let another version in with the next change of the lockfile. */
export function inexactVersions(path: string, manifest: Json): string[] {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
  return kinds.flatMap((kind) =>
    Object.entries((manifest[kind] as Record<string, string>) ?? {}).flatMap(([name, version]) =>
      /^(\d+\.\d+\.\d+(-[\w.]+)?|workspace:\*)$/.test(version)
        ? []
        : [`${path}: ${name} is ${version}, which is no exact version.`],
    ),
  )
}

/** Without a hash, or from elsewhere than the registry, the same lockfile could bring other code. */
export function unpinned({ packages }: Pick<Lockfile, 'packages'>): string[] {
  return Object.entries(packages).flatMap(([key, { resolution }]) =>
    resolution.integrity?.startsWith('sha512-') && Object.keys(resolution).length === 1
      ? []
      : [`pnpm-lock.yaml: ${key} is not pinned by the SHA-512 of a package of the registry.`],
  )
}

const SCRIPTS = ['preinstall', 'install', 'postinstall']

/** Whatever wants to run a script while it is installed is named, and pnpm refuses all others. */
export function unexpectedScripts(
  installed: ReadonlyMap<string, Manifest>,
  workspace: Json,
): string[] {
  const named = (workspace.allowBuilds ?? {}) as Readonly<Record<string, boolean>>
  const problems = workspace.strictDepBuilds === true ? [] : ['strictDepBuilds is not true.']
  for (const { name, scripts = {} } of installed.values()) {
    if (SCRIPTS.some((script) => scripts[script]) && !(name in named)) {
      problems.push(`${name} has a script for its installation and is not in allowBuilds.`)
    }
  }
  return problems.map((problem) => `pnpm-workspace.yaml: ${problem}`)
}

export function unexpectedLicences({ components }: Pick<Production, 'components'>): string[] {
  return [...components].flatMap(([key, { manifest }]) => {
    if (!manifest) return []
    const licence = licenceOf(manifest)
    if (licence === undefined) return [`${key} names no licence.`]
    return isAllowed(licence) ? [] : [`${key} comes under ${licence}, which is not allowed.`]
  })
}

function readJson(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function readWorkspace(root: string): Json {
  return parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))
}
