import { expect, it } from '@jest/globals'
import { SAMPLE_MAILS, SAMPLES, sampleMail } from '../../tests/_mail-samples.js'
import { renderMail } from './render.js'

const BRANDING = { instanceName: 'Example Corp' }

it.each(SAMPLE_MAILS)('renders $kind in $language whole, with nothing from elsewhere', (mail) => {
  const { subject, html, text } = renderMail(mail, BRANDING)
  for (const part of [subject, html, text])
    expect(part).not.toMatch(/undefined|\[object|Invalid Date|NaN|\{\{/)
  expect(html).toContain(`<html lang="${mail.language}" dir="ltr">`)
  expect(html).not.toMatch(/<img(?! (?:class="logo" )?src="cid:)|<script|<link|url\(|@import/i)
})

it.each(SAMPLE_MAILS)('writes $kind in $language in lines that stay whole, links alone', (mail) => {
  const { text } = renderMail(mail, BRANDING)
  for (const line of text.split('\n')) {
    const [, link] = /((?:https?|defguard):\/\/\S+)/.exec(line) ?? []
    if (link !== undefined && mail.kind !== 'welcome') expect(line).toBe(link)
    else expect([...line].length).toBeLessThanOrEqual(72)
  }
})

/** What stands in the card of a mail, without the company's name above it. */
function wordsOf(html: string): string[] {
  const [, body = ''] = /<h1[^>]*>(.*)<\/td><\/tr><\/table>\n<!--/s.exec(html) ?? []
  const shown = body
    .replaceAll(/<p class="quiet"[^>]*>[^<]*<br>/g, '') // what to do where there is no button
    .replaceAll(/<img[^>]* alt="([^"]*)"[^>]*>/g, '$1')
    .replaceAll(/<[^>]*>|&[#\w]+;/g, ' ')
  return shown.match(/[\p{L}\p{N}]+/gu) ?? []
}

it.each(SAMPLE_MAILS)('says all of $kind in $language in plain text, too', (mail) => {
  const { text, html } = renderMail(mail, BRANDING)
  const [words, said] = [wordsOf(html), new Set(text.match(/[\p{L}\p{N}]+/gu))]
  expect(words.length).toBeGreaterThan(10)
  expect(words.filter((word) => !said.has(word))).toEqual([])
})

it('shows the link of an invitation as a button and in full, and both ways in', () => {
  const { url, deepLink, token, instanceUrl } = SAMPLES.enrollment_invitation
  const { html, text } = renderMail(sampleMail('enrollment_invitation'), BRANDING)
  const links = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href = '']) =>
    href.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'),
  )
  expect(links).toEqual([url, url, deepLink])
  for (const line of [url, deepLink, token, instanceUrl]) expect(text.split('\n')).toContain(line)
})

it('quotes a note line by line, as it was written', () => {
  const note = '<b>My name</b>\n\n> is *Joe*'
  const variables = { ...SAMPLES.mistake_reported, note }
  const { html, text } = renderMail(sampleMail('mistake_reported', 'en', variables), BRANDING)
  expect(text).toContain('\n\n> <b>My name</b>\n> \n> > is *Joe*\n\n')
  expect(html).toContain('&lt;b&gt;My name&lt;/b&gt;\n\n&gt; is *Joe*</blockquote>')
})
