import { expect, it } from '@jest/globals'
import { isClean, write } from '../fuzz/report.ts'
import { fuzz } from '../fuzz/run.ts'
import { INTERNAL, relayWith } from './_relay.ts'

/** A run takes as long as it takes until everything was accepted so often: machines are busy. */
const PATIENCE_MS = 180_000

it(
  'everything that core and the proxy offer, called rightly and oddly, is without a finding',
  async () => {
    const report = await fuzz({ seed: 1, accepted: 3 })
    expect(isClean(report) ? '' : write(report)).toBe('')
  },
  PATIENCE_MS,
)

/** Of the names that the fuzzer gives, only odd ones hold such. */
const BEYOND_ASCII = /[\u0080-\uffff]/

/*
 * Who watches the fuzzer? Here faults stand between it and core, each behind something rare, and it
 * must find exactly these.
 */
it(
  'finds an internal error, a secret in a log, and a call that anybody may make',
  async () => {
    let admin = ''
    let hasLeaked = false
    const relay = relayWith(({ method, request, metadata, log }) => {
      const bearer = String(metadata.get('authorization')[0] ?? '')
      if (admin === '') admin = bearer
      if (method === 'GroupService/CreateGroup' && BEYOND_ASCII.test(request.toString()))
        return INTERNAL
      if (method === 'UserService/CheckUsername' && !hasLeaked) {
        hasLeaked = true
        log(JSON.stringify({ level: 'info', msg: encodeURIComponent(bearer) }))
      }
      if (method === 'SettingsService/GetSettings') metadata.set('authorization', admin)
      return undefined
    })
    const only = [
      'GroupService/CreateGroup',
      'UserService/CheckUsername',
      'SettingsService/GetSettings',
    ]
    const { findings } = await fuzz({ seed: 2, accepted: 300, only, relay })
    const found = findings.map(({ where, what }) => `${where}: ${what}`)
    const foreign = /^SettingsService\/GetSettings: accepted: it came from /
    expect(
      new Set(found.map((text) => (foreign.test(text) ? 'a foreign credential' : text))),
    ).toEqual(
      new Set([
        'GroupService/CreateGroup: INTERNAL internal error',
        'core.log: a line holds a dga_ (plain)',
        'a foreign credential',
      ]),
    )
    expect(findings.map(({ request }) => request).join()).not.toMatch(/dga_\w{38}/)
  },
  PATIENCE_MS,
)
