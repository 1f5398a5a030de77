import { expect, it } from '@jest/globals'
import { markdownToHtml, markdownToText } from './markdown.js'

it('keeps headings, emphasis, lists, code, quotes, rules and links', () => {
  const html = markdownToHtml(
    '# A\n\n**b** *c* `d`\n\n- e\n\n3. f\n\n> g\n\n---\n\n[h](https://i.example)',
  )
  for (const part of [
    '<h1>A</h1>',
    '<strong>b</strong>',
    '<em>c</em>',
    '<code>d</code>',
    '<li>e</li>',
    '<ol start="3">',
    '<blockquote>',
    '<hr />',
    '<a href="https://i.example" rel="noopener noreferrer nofollow" target="_blank">h</a>',
  ]) {
    expect(html).toContain(part)
  }
})

it.each([
  ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['[a](javascript:alert(1))', '[a](javascript:alert(1))'],
  ['![a picture](https://elsewhere.example/x.png)', 'a picture'],
])('makes nothing of %s that runs or fetches', (markdown, shown) => {
  expect(markdownToHtml(markdown).trim()).toBe(`<p>${shown}</p>`)
})

it.each(['data:text/html,x', 'vbscript:x', 'ftp://a.example', '//a.example/x'])(
  'does not link to %s',
  (href) => {
    expect(markdownToHtml(`[a](${href})`)).not.toContain('href')
  },
)

it('turns into plain text that reads well', () => {
  const markdown = [
    '# Hello',
    'A [page](https://a.example/x_y), <https://b.example/> and [j@c.example](mailto:j@c.example).',
    '- one\n- two\n  1. deep\n  2. deeper\n- three',
    '> quoted\n> on',
    '```\ncode\n```',
    '---',
    'end\\*',
  ].join('\n\n')
  expect(markdownToText(markdown)).toBe(
    [
      'Hello\n=====',
      'A page (https://a.example/x_y), https://b.example/ and j@c.example.',
      '- one\n- two\n   1. deep\n   2. deeper\n- three',
      '> quoted\n> on',
      '    code',
      '---',
      'end*',
    ].join('\n\n'),
  )
})
