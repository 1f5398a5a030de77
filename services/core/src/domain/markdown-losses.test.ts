import { expect, it } from '@jest/globals'
import { markdownToHtml } from './markdown.js'
import { codeIn, lossesIn } from './markdown-losses.js'

it.each([
  ['a <b>bold</b> word', ['HTML is shown as text: <b>']],
  ['<div class="x">\n\ntext\n\n</div>', ['HTML is shown as text: <div class="x">']],
  ['<!-- a remark -->', ['HTML is shown as text: <!-- a remark -->']],
  [
    '![Map](https://a.example/m.png)',
    ['a picture is shown as its description: https://a.example/m.png'],
  ],
  [
    '[a](javascript:alert(1))',
    ['no link, for it is neither http, https nor mailto: javascript:alert(1)'],
  ],
  ['[a](ftp://a.example)', ['no link, for it is neither http, https nor mailto: ftp://a.example']],
  ['[a](/wiki) and [b](/wiki)', ['no link, for it is neither http, https nor mailto: /wiki']],
  ['[a](//a.example/x)', ['no link, for it is neither http, https nor mailto: //a.example/x']],
])('knows what of %j is not shown as it was meant', (markdown, losses) => {
  expect(lossesIn(markdown)).toEqual(losses)
  expect(markdownToHtml(markdown)).not.toMatch(/href|<img|<div|<b>/)
})

it('finds nothing to say about what is shown as it was meant', () => {
  const markdown =
    '# A\n\n**b** *c* `<d>`\n\n- e\n\n> f\n\n---\n\n[g](HTTPS://h.example) <https://i.example/> ' +
    '[j](mailto:k@l.example) \\<b> 1 < 2 {{m}} a@b.example'
  expect(lossesIn(markdown)).toEqual([])
})

it('collects all code, whatever way it is written', () => {
  const code = codeIn('a `b` c\n\n```\nd\n```\n\n    e\n\n- f `g`').split(/\n+/)
  expect(code).toEqual(['b', 'd', 'e', 'g'])
})
