import { expect, it } from '@jest/globals'
import { newDeviceMail, welcomeMail } from './messages.js'
import { renderMail } from './render.js'

const PIXEL = Buffer.from('not really a picture').toString('base64')

it('carries the logo as a part of the mail that the HTML names', () => {
  const branding = { instanceName: 'Example', logo: `data:image/png;base64,${PIXEL}` }
  const { html, attachments } = renderMail(
    welcomeMail('jo@example.com', 'en', { subject: 'Hi', markdown: 'x' }),
    branding,
  )
  const [logo] = attachments
  expect(logo).toMatchObject({ contentType: 'image/png', filename: 'logo.png' })
  expect(logo?.content.toString()).toBe('not really a picture')
  expect(html).toContain(`src="cid:${logo?.cid}" alt="Example"`)
})

it('keeps a device name as it was typed, and shows no label without its value', () => {
  const { subject, text, html } = renderMail(
    newDeviceMail('jo@example.com', 'en', {
      instanceName: 'Example',
      deviceName: 'aNIA’s <b>',
      publicKey: 'k'.repeat(44),
      locations: [],
      addedAt: '2026-01-01T00:00:00Z',
      clientAddress: undefined,
      clientDevice: '',
      tell: undefined,
    }),
    { instanceName: 'Example' },
  )
  expect(subject).toBe('New device: aNIA’s <b>')
  expect(text).toContain('Device: aNIA’s <b>')
  expect(html).toContain('aNIA’s &lt;b&gt;')
  expect(text).not.toMatch(/^(From address|With|Addresses)/m)
  expect(text).toContain('Then tell your administrator at once.')
})

it('fails a mail whose contents are incomplete instead of leaving a hole in it', () => {
  const broken = { variables: { subject: 'x' }, kind: 'welcome', recipient: 'a', language: 'en' }
  expect(() => renderMail(broken as never, { instanceName: 'Example' })).toThrow()
})
