import Handlebars from 'handlebars'
import type { Language } from '../domain/language.js'
import type { Block } from './blocks.js'
import { readableOn } from './colours.js'
import { QR_CID } from './qr-code.js'

export interface Frame {
  readonly language: Language
  readonly subject: string
  readonly instanceName: string
  readonly footer: string
  /** A colour such as `#0b5fff`. */
  readonly accent: string
  /** The logo's content id, if there is one. */
  readonly logoCid: string | undefined
}

const FONT =
  'font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif'
const MONO = 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace'

const DOCUMENT = template(`<!doctype html>
<html lang="{{language}}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{subject}}</title>
<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
body,.page{background:#14161a!important;color:#e6e8eb!important}
.card{background:#1e2126!important;border-left-color:#343941!important;border-right-color:#343941!important;border-bottom-color:#343941!important}
.quiet{color:#a3abb5!important}
.box{background:#14161a!important;border-color:#343941!important}
a.link,.words a{color:#8ab4ff!important}
.second{color:#e6e8eb!important;border-color:#6b737d!important}
}
</style>
</head>
<body style="margin:0;padding:0;background:#f2f4f7;color:#1b1f24">
<div class="page" style="background:#f2f4f7;color:#1b1f24;padding:24px 12px;${FONT};font-size:16px;line-height:1.5">
<div class="card" style="max-width:560px;margin:0 auto;padding:28px;background:#ffffff;border:1px solid #d9dee5;border-top:4px solid {{accent}};border-radius:8px;overflow-wrap:anywhere">
<div style="margin:0 0 20px;font-weight:600">{{#if logoCid}}<img src="cid:{{logoCid}}" alt="{{instanceName}}" style="display:block;max-width:200px;max-height:56px;border:0">{{else}}{{instanceName}}{{/if}}</div>
{{{body}}}
</div>
<div class="quiet" style="max-width:560px;margin:16px auto 0;text-align:center;font-size:13px;color:#57606a">{{footer}}</div>
</div>
</body>
</html>
`)

const BLOCKS: { readonly [Type in Block['type']]: Handlebars.TemplateDelegate } = {
  heading: template('<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">{{text}}</h1>'),
  title: template('<h2 style="margin:28px 0 8px;font-size:17px;line-height:1.3">{{text}}</h2>'),
  paragraph: template('<p style="margin:0 0 12px">{{text}}</p>'),
  button: template(
    '<p style="margin:12px 0 16px">{{#if otherwise}}' +
      '<a href="{{url}}" style="display:inline-block;padding:12px 22px;border-radius:6px;background:{{accent}};color:{{onAccent}};font-weight:600;text-decoration:none">{{label}}</a>' +
      '{{else}}' +
      '<a class="second" href="{{url}}" style="display:inline-block;padding:11px 21px;border:1px solid #8c959f;border-radius:6px;color:#1b1f24;font-weight:600;text-decoration:none">{{label}}</a>' +
      '{{/if}}</p>{{#if otherwise}}' +
      '<p class="quiet" style="margin:0 0 12px;font-size:14px;color:#57606a">{{otherwise}}<br><a class="link" href="{{url}}" style="color:#0b57d0;word-break:break-all">{{url}}</a></p>{{/if}}',
  ),
  qr: template(
    '<p style="margin:0 0 12px"><img src="cid:{{cid}}" alt="{{alt}}" width="240" height="240" style="display:block;border:0"></p>',
  ),
  facts: template(
    '<div class="box" style="margin:0 0 16px;padding:12px 16px;background:#f6f8fa;border:1px solid #d9dee5;border-radius:6px">' +
      '{{#each facts}}<div style="margin:4px 0"><div class="quiet" style="font-size:13px;color:#57606a">{{label}}</div>' +
      `<div style="{{#if isCode}}${MONO};font-size:14px;word-break:break-all{{/if}}">{{value}}</div></div>{{/each}}</div>`,
  ),
  quote: template(
    '<blockquote style="margin:0 0 16px;padding-left:12px;border-left:3px solid #8c959f;white-space:pre-wrap">{{text}}</blockquote>',
  ),
  markdown: template('<div class="words">{{{styled}}}</div>'),
}

/** The blocks as one document that needs nothing from elsewhere. Every variable is escaped. */
export function toHtml(blocks: readonly Block[], frame: Frame): string {
  const colours = { accent: frame.accent, onAccent: readableOn(frame.accent) }
  const body = blocks.map((block) => BLOCKS[block.type]({ ...colours, ...viewOf(block) }))
  return DOCUMENT({ ...frame, body: body.join('\n') })
}

// Templates are strict: a variable that is missing fails the mail instead of leaving a hole in it.
function template(source: string): Handlebars.TemplateDelegate {
  return Handlebars.compile(source, { strict: true, knownHelpersOnly: true, preventIndent: true })
}

function viewOf(block: Block): object {
  switch (block.type) {
    case 'button':
      return { otherwise: undefined, ...block }
    case 'qr':
      return { cid: QR_CID, alt: block.alt }
    case 'facts':
      return { facts: block.facts.map((fact) => ({ isCode: false, ...fact })) }
    case 'markdown':
      return { styled: withStyles(block.safeHtml) }
    default:
      return block
  }
}

const STYLE_OF: Readonly<Record<string, string>> = {
  h1: 'margin:0 0 16px;font-size:22px;line-height:1.3',
  h2: 'margin:28px 0 8px;font-size:17px;line-height:1.3',
  h3: 'margin:20px 0 8px;font-size:16px;line-height:1.3',
  p: 'margin:0 0 12px',
  ul: 'margin:0 0 12px;padding-left:24px',
  ol: 'margin:0 0 12px;padding-left:24px',
  li: 'margin:0 0 4px',
  blockquote: 'margin:0 0 12px;padding-left:12px;border-left:3px solid #8c959f',
  pre: `margin:0 0 12px;white-space:pre-wrap;${MONO};font-size:14px`,
  code: `${MONO};font-size:14px`,
  hr: 'margin:24px 0;border:0;border-top:1px solid #8c959f',
  a: 'color:#0b57d0',
}

/** Gives each element its style: many mail programs ignore style sheets. Text holds no `<` any more. */
function withStyles(safeHtml: string): string {
  return safeHtml.replace(/<([a-z][a-z0-9]*)(?=[ >/])/g, (tag, name: string) => {
    const style = STYLE_OF[name]
    return style === undefined ? tag : `${tag} style="${style}"`
  })
}
