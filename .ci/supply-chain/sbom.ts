import { createHash } from 'node:crypto'
import { type Component, type Production, readProduction } from './components.ts'
import { licenceOf } from './licences.ts'
import { readInstalled, readLockfile } from './lockfile.ts'

/** Only what says which code it is: the same checkout gives the same document. */
export function createSbom(root: string) {
  const { ours, components } = readProduction(root, readLockfile(root), readInstalled(root))
  const [whole, ...parts] = ours.map(({ path, name, version }) => ({
    type: path.startsWith('services/') || path === '.' ? 'application' : 'library',
    'bom-ref': name,
    name,
    version,
    licenses: [{ license: { id: 'Apache-2.0' } }],
  }))
  const refs = {
    ...purlsOf(components),
    ...Object.fromEntries(ours.map(({ name }) => [name, name])),
  }
  const dependencies = [
    ...ours.map(({ name, path, needs }) => ({
      ref: name,
      dependsOn: path === '.' ? parts.map((part) => part.name) : refsOf(needs, refs),
    })),
    ...[...components].map(([key, { needs }]) => ({
      ref: refs[key] as string,
      dependsOn: refsOf(needs, refs),
    })),
  ]
  const listed = [...parts, ...[...components.values()].map(toListed)]
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: uuidOf(JSON.stringify(listed)),
    version: 1,
    metadata: { component: whole },
    components: listed,
    dependencies,
  }
}

function toListed(component: Component) {
  const { name, version, sha512, manifest } = component
  const licence = manifest && licenceOf(manifest)
  const [scope, plain] = name.startsWith('@') ? name.split('/') : [undefined, name]
  return {
    type: 'library',
    'bom-ref': purlOf(component),
    ...(scope === undefined ? {} : { group: scope }),
    name: plain,
    version,
    purl: purlOf(component),
    hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }],
    ...(licence === undefined ? {} : { licenses: [toLicence(licence)] }),
  }
}

const toLicence = (expression: string) =>
  /[\s()]/.test(expression) ? { expression } : { license: { id: expression } }

/** https://github.com/package-url/purl-spec, type npm: the @ of a scope is percent-encoded. */
function purlOf({ name, version }: Component): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`
}

function purlsOf(components: Production['components']): Record<string, string> {
  return Object.fromEntries([...components].map(([key, component]) => [key, purlOf(component)]))
}

const refsOf = (needs: Iterable<string>, refs: Readonly<Record<string, string>>): string[] =>
  Array.from(needs, (need) => refs[need] as string).sort()

/** A UUID made of a hash (RFC 9562, version 8). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`]
  return `urn:uuid:${[...parts, variant + hex.slice(17, 20), hex.slice(20, 32)].join('-')}`
}
