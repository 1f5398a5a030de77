import type { Block } from './blocks.js'
import { MONO, TABLE, type Template, template } from './html-template.js'
import { QR_CID } from './qr-code.js'

/** What a block's template is filled with, beside the colours of the frame. */
export function viewOf(block: Block): object {
  switch (block.type) {
    case 'button':
      return { otherwise: undefined, ...block }
    case 'qr':
      return { cid: QR_CID, alt: block.alt }
    case 'facts':
      return { facts: block.facts.map((fact) => ({ isCode: false, isLarge: false, ...fact })) }
    case 'markdown':
      return { styled: withStyles(block.safeHtml) }
    default:
      return block
  }
}

const QUIET = 'class="quiet" style="margin:0;font-size:13px;line-height:1.5;color:#57606a"'
const BOX = [
  `<${TABLE} class="box" width="100%" bgcolor="#f6f8fa" style="margin:0 0 20px;background:#f6f8fa;border:1px solid #d9dee5;border-radius:8px;border-collapse:separate">`,
  '<tr><td style="padding:8px 16px 12px">',
].join('')
const LARGE = 'font-size:30px;font-weight:600;letter-spacing:5px'
const END_OF_BOX = '</td></tr></table>'

/** Mail programs of the desk know neither padding of links nor round corners: the cell is the button. */
function button(cell: string, link: string): string {
  return [
    `<${TABLE} style="margin:0 0 20px;border-collapse:separate"><tr>`,
    `<td align="center" ${cell}>`,
    `<a href="{{url}}" ${link}>{{label}}</a>`,
    '</td></tr></table>',
  ].join('')
}

const FIRST_BUTTON = button(
  'class="first" bgcolor="{{accent}}" style="background:{{accent}};border:1px solid {{edge}};border-radius:8px;mso-padding-alt:13px 24px"',
  'style="display:inline-block;padding:13px 24px;font-weight:600;line-height:1.4;color:{{onAccent}};text-decoration:none"',
)
const SECOND_BUTTON = button(
  'class="second" style="border:1px solid #8c959f;border-radius:8px;mso-padding-alt:11px 22px"',
  'class="second" style="display:inline-block;padding:11px 22px;font-weight:600;line-height:1.4;color:#1b1f24;text-decoration:none"',
)
const WHOLE_LINK =
  '<p class="quiet" style="margin:0 0 20px;font-size:14px;color:#57606a">{{otherwise}}<br><a class="link" href="{{url}}" style="color:#0b57d0;word-break:break-all">{{url}}</a></p>'

export const BLOCKS: { readonly [Type in Block['type']]: Template } = {
  heading: template('<h1 style="margin:0 0 16px;font-size:24px;line-height:1.3">{{text}}</h1>'),
  title: template('<h2 style="margin:32px 0 12px;font-size:18px;line-height:1.3">{{text}}</h2>'),
  paragraph: template('<p style="margin:0 0 16px">{{text}}</p>'),
  button: template(`{{#if otherwise}}${FIRST_BUTTON}${WHOLE_LINK}{{else}}${SECOND_BUTTON}{{/if}}`),
  qr: template(
    '<p style="margin:0 0 20px"><img src="cid:{{cid}}" alt="{{alt}}" width="240" height="240" style="display:block;border:0"></p>',
  ),
  facts: template(
    `${BOX}{{#each facts}}<p ${QUIET.replace('margin:0', 'margin:4px 0 0')}>{{label}}</p>` +
      `<p style="margin:0 0 4px{{#if isCode}};${MONO};word-break:break-all;{{#if isLarge}}${LARGE}{{else}}font-size:15px{{/if}}{{/if}}">{{value}}</p>{{/each}}${END_OF_BOX}`,
  ),
  quote: template(
    '<blockquote dir="auto" style="margin:0 0 20px;padding:0 0 0 14px;border-left:3px solid #8c959f;white-space:pre-wrap">{{text}}</blockquote>',
  ),
  markdown: template('<div class="words">{{{styled}}}</div>'),
}

const STYLE_OF: Readonly<Record<string, string>> = {
  h1: 'margin:0 0 16px;font-size:24px;line-height:1.3',
  h2: 'margin:32px 0 12px;font-size:18px;line-height:1.3',
  h3: 'margin:24px 0 8px;font-size:16px;line-height:1.3',
  p: 'margin:0 0 16px',
  ul: 'margin:0 0 16px;padding-left:24px',
  ol: 'margin:0 0 16px;padding-left:24px',
  li: 'margin:0 0 6px',
  blockquote: 'margin:0 0 16px;padding:0 0 0 14px;border-left:3px solid #8c959f',
  pre: `margin:0 0 16px;white-space:pre-wrap;${MONO};font-size:15px`,
  code: `${MONO};font-size:15px`,
  hr: 'margin:28px 0;border:0;border-top:1px solid #8c959f',
  a: 'color:#0b57d0',
}

/** Gives each element its style: many mail programs ignore style sheets. Text holds no `<` any more. */
function withStyles(safeHtml: string): string {
  return safeHtml.replace(/<([a-z][a-z0-9]*)(?=[ >/])/g, (tag, name: string) => {
    const style = STYLE_OF[name]
    return style === undefined ? tag : `${tag} style="${style}"`
  })
}
