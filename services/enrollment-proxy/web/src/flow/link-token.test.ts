import { expect, it } from '@jest/globals'
import { deepLink, mobileQrText } from './app-links.js'
import { tokenInAddress, tokenInText } from './link-token.js'

it('finds the token behind # and behind ?, without the white space around it', () => {
  expect(tokenInAddress({ hash: '#token=dge_a', search: '' })).toBe('dge_a')
  expect(tokenInAddress({ hash: '', search: '?token=%20dge_b%0A' })).toBe('dge_b')
  expect(tokenInAddress({ hash: '#token=', search: '?other=1' })).toBeUndefined()
})

it('finds the token in a pasted text, a whole link included', () => {
  expect(tokenInText('  dge_a\n')).toBe('dge_a')
  expect(tokenInText('dge_abc\ndef')).toBe('dge_abcdef')
  expect(tokenInText('https://enroll.example.com/#token=dge_c')).toBe('dge_c')
  expect(tokenInText('https://enroll.example.com/?x=1&token=dge_d')).toBe('dge_d')
})

it('lets + & and % survive in the deep link and in the code for the mobile app', () => {
  const token = 'a+b&c%d'
  const url = 'https://enroll.example.com/é/'
  const link = new URL(deepLink(token, url))
  expect(link.protocol).toBe('defguard:')
  expect(link.searchParams.get('token')).toBe(token)
  expect(link.searchParams.get('url')).toBe(url)
  const bytes = Uint8Array.from(atob(mobileQrText(token, url)), (byte) => byte.charCodeAt(0))
  expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual({ url, token })
})
