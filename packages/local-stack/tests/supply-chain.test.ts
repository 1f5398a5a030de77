import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import {
  checkSupplyChain,
  inexactVersions,
  unexpectedLicences,
  unexpectedScripts,
  unpinned,
} from '../../../.ci/supply-chain/check.ts'
import type { Component } from '../../../.ci/supply-chain/components.ts'
import { isAllowed, licenceOf } from '../../../.ci/supply-chain/licences.ts'
import { createSbom } from '../../../.ci/supply-chain/sbom.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

const manifest = { name: 'left-pad', version: '1.0.0' }
const resolution = { integrity: 'sha512-x' }

it('runs only exact, pinned versions under allowed licences, without unnamed install scripts', () => {
  expect(checkSupplyChain(ROOT)).toEqual([])
})

it.each(['^1.2.3', '~1.2.3', '1.x', '*', 'latest', '>=1', 'github:a/b', 'workspace:^'])(
  'takes %s for no exact version',
  (version) => {
    expect(inexactVersions('package.json', { dependencies: { a: version } })).toHaveLength(1)
    expect(inexactVersions('package.json', { devDependencies: { a: version } })).toHaveLength(1)
  },
)

it('refuses what is locked without a hash, with a weak one, or from a place of its own', () => {
  const packages = {
    'good@1.0.0': { resolution },
    'none@1.0.0': { resolution: {} },
    'weak@1.0.0': { resolution: { integrity: 'sha1-x' } },
    'elsewhere@1.0.0': { resolution: { ...resolution, tarball: 'https://example.com/a.tgz' } },
  }
  const named = unpinned({ packages }).map((problem) => problem.split(' ')[1])
  expect(named).toEqual(['none@1.0.0', 'weak@1.0.0', 'elsewhere@1.0.0'])
})

it('refuses a package that wants to run a script while it is installed and is not named', () => {
  const scripts = { postinstall: 'node steal.js' }
  const installed = new Map([['left-pad@1.0.0', { ...manifest, scripts }]])
  const strict = { strictDepBuilds: true }
  expect(unexpectedScripts(installed, strict)).toHaveLength(1)
  expect(unexpectedScripts(installed, { ...strict, allowBuilds: { 'left-pad': false } })).toEqual(
    [],
  )
  expect(unexpectedScripts(new Map(), {})).toEqual([
    'pnpm-workspace.yaml: strictDepBuilds is not true.',
  ])
})

describe('the licence of a package', () => {
  it.each<[string, object, boolean]>([
    ['an allowed one', { license: 'MIT' }, true],
    ['another', { license: 'GPL-3.0-only' }, false],
    ['a choice with an allowed one', { license: '(MPL-2.0 OR Apache-2.0)' }, true],
    ['both of two, one of them another', { license: 'MIT AND GPL-2.0' }, false],
    ['nested', { license: '(MIT AND (GPL-2.0 OR ISC))' }, true],
    ['unfinished', { license: '(MIT' }, false],
    ['an object of old', { license: { type: 'ISC' } }, true],
    ['a list of old', { licenses: [{ type: 'WTFPL' }, { type: 'MIT' }] }, true],
    ['a file', { license: 'SEE LICENSE IN LICENSE.md' }, false],
  ])('%s', (_what, named, allowed) => {
    expect(isAllowed(licenceOf({ ...manifest, ...named }) ?? '')).toBe(allowed)
  })

  it('is reported when it is a new one, or missing', () => {
    const component = (license?: string) =>
      ({ manifest: { ...manifest, license } }) as unknown as Component
    const components = new Map([
      ['a@1.0.0', component('MIT')],
      ['b@1.0.0', component('SSPL-1.0')],
      ['c@1.0.0', component()],
    ])
    expect(unexpectedLicences({ components })).toEqual([
      'b@1.0.0 comes under SSPL-1.0, which is not allowed.',
      'c@1.0.0 names no licence.',
    ])
  })
})

describe('the list of components', () => {
  const sbom = createSbom(ROOT)
  const listed = sbom.components as { [field: string]: unknown; 'bom-ref': string }[]

  it('is CycloneDX 1.6, each component with its address, version and hash', () => {
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 })
    expect(sbom.serialNumber).toMatch(
      /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    )
    for (const component of listed.filter(({ purl }) => purl)) {
      expect(component).toMatchObject({
        type: 'library',
        name: expect.stringMatching(/^[^@/]+$/),
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        purl: expect.stringMatching(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@\d/),
        hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[\da-f]{128}$/) }],
      })
    }
  })

  it('names everything once, and nothing that is not listed', () => {
    const refs = [sbom.metadata.component?.['bom-ref'], ...listed.map((one) => one['bom-ref'])]
    expect(new Set(refs).size).toBe(refs.length)
    expect(sbom.dependencies.map(({ ref }) => ref).sort()).toEqual([...refs].sort())
    for (const { dependsOn } of sbom.dependencies) {
      expect(refs).toEqual(expect.arrayContaining(dependsOn))
    }
  })

  it('holds what the services and the page of the wizard run, and no tool', () => {
    const names = listed.map(({ group, name }) => (group ? `${group}/${name}` : name))
    const run = ['@grpc/grpc-js', 'bcrypt', 'express', 'kysely', 'pg', 'react', 'react-dom']
    expect(names).toEqual(expect.arrayContaining(run))
    for (const tool of ['jest', 'vite', 'typescript', '@biomejs/biome']) {
      expect(names).not.toContain(tool)
    }
  })

  it('is the same for the same checkout', () => {
    expect(createSbom(ROOT)).toEqual(sbom)
  })
})
