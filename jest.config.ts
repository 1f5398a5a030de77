import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Config } from 'jest'

// Both hold for everything that tests start, too.
process.env.TZ = 'UTC'
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled')

const config: Config = {
  testEnvironment: 'node',
  // Workspace packages resolve to their sources, so a test runs what stands in the tree.
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '\\.tsx?$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript', tsx: false }, target: 'es2024' },
        module: { type: 'es6' },
      },
    ],
  },
  testMatch: ['<rootDir>/{packages,services}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  globalSetup: '<rootDir>/packages/local-stack/tests/_global-setup.mjs',
  globalTeardown: '<rootDir>/packages/local-stack/tests/_global-teardown.mjs',
  // Tests wait for processes and databases a third of their time: more at a time than there are cores.
  maxWorkers: availableParallelism() + 1,
  testSequencer: '<rootDir>/packages/local-stack/tests/_sequencer.mjs',
  // How long a test may take says nothing: machines are busy, passwords are hashed slowly.
  testTimeout: 60_000,
}

export default config
