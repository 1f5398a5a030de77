import { expect, it } from '@jest/globals'
import { enrolling, session } from './_flow.js'
import { next } from './next.js'
import { invited } from './opened-link.js'
import { restoredFlow, toSaved } from './saved.js'

const TOKEN = 'dge_example'

it('comes back to the page of the invitation after a reload', () => {
  const flow = next(invited(TOKEN), { type: 'app_considered' })
  expect(restoredFlow(toSaved(flow), undefined)).toEqual(flow)
})

it('comes back to the step with what was typed', () => {
  const flow = next(enrolling('vpn', session({ user: { enrolled: true } })), {
    type: 'drafted',
    drafts: { phone: '+48 600', deviceName: 'Laptop', keySource: 'own', ownPublicKey: 'abc' },
  })
  expect(restoredFlow(toSaved(flow), undefined)).toMatchObject({
    phase: 'resuming',
    saved: {
      page: 'vpn',
      token: TOKEN,
      login: 'jdoe',
      drafts: { phone: '+48 600', deviceName: 'Laptop', keySource: 'own', ownPublicKey: 'abc' },
    },
  })
})

it('keeps a note, and what was chosen of a second factor', () => {
  const drafts = {
    note: 'It is Jo, not Joe.',
    notesSent: 1,
    wantsSecondFactor: true,
    factorMethod: 'email',
    hasSavedCodes: false,
  } as const
  const flow = next(enrolling('data'), { type: 'drafted', drafts })
  expect(restoredFlow(toSaved(flow), undefined)).toMatchObject({ saved: { drafts } })
})

it('never keeps a password, the secret of a second factor or its recovery codes', () => {
  const begun = { ...enrolling('second_factor'), password: 'PASS-WORD' }
  const offer = { stage: 'offered', method: 'totp', secret: 'SECRET-KEY' } as const
  const offered = next(begun, { type: 'factor_offered', offer })
  const proved = next(offered, { type: 'factor_proved', recoveryCodes: ['RECOVERY-CODE'] })
  expect(JSON.stringify(offered)).toContain('SECRET-KEY')
  expect(JSON.stringify(proved)).toContain('RECOVERY-CODE')
  for (const flow of [offered, proved]) {
    expect(toSaved(flow)).toContain('second_factor')
    expect(toSaved(flow)).not.toMatch(/PASS-WORD|SECRET-KEY|RECOVERY-CODE/)
  }
})

it('never keeps a private key or a configuration', () => {
  const config = { network_id: 1, network_name: 'Office', config: 'CONFIG-TEXT' }
  const device = { name: 'Laptop', configs: [config as never], privateKey: 'PRIVATE-KEY' }
  const added = next(enrolling('vpn'), { type: 'device_added', device })
  for (const flow of [added, { ...added, page: 'finish' } as typeof added]) {
    const kept = toSaved(flow) ?? ''
    expect(kept).toContain('Laptop')
    expect(kept).not.toContain('PRIVATE-KEY')
    expect(kept).not.toContain('CONFIG-TEXT')
  }
})

it('keeps no token once the last page is reached, but keeps the page readable', () => {
  const kept = toSaved(enrolling('finish')) ?? ''
  expect(kept).not.toContain(TOKEN)
  expect(restoredFlow(kept, undefined)).toMatchObject({
    phase: 'finished',
    farewell: { firstName: 'Jo', message: '# Welcome' },
  })
})

it('keeps nothing after the time is up', () => {
  expect(toSaved(next(enrolling('data'), { type: 'time_up' }))).toBeUndefined()
})

it('goes on with the link that was opened again, and begins anew with another one', () => {
  const kept = toSaved(enrolling('data', session()))
  expect(restoredFlow(kept, TOKEN).phase).toBe('resuming')
  expect(restoredFlow(kept, 'dge_other')).toEqual(invited('dge_other'))
})

it('begins anew when what was kept cannot be read', () => {
  for (const kept of ['', 'not json', 'null', '{"kind":"other"}', '3']) {
    expect(restoredFlow(kept, undefined)).toEqual(invited(undefined))
  }
})
