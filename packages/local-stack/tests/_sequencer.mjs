import Sequencer from '@jest/test-sequencer'

/** Whole systems and browsers first: what takes longest must not be what the others end up waiting for. */
// biome-ignore lint/style/noDefaultExport: Jest takes the default export
export default class SlowestFirst extends Sequencer {
  sort(tests) {
    const isWhole = ({ path }) => path.includes('/local-stack/')
    return super.sort(tests).sort((a, b) => Number(isWhole(b)) - Number(isWhole(a)))
  }
}
