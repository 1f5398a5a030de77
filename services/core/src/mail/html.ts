import type { Language } from '../domain/language.js'
import type { Block } from './blocks.js'
import { CARD, edgeOn, readableOn } from './colours.js'
import { BLOCKS, viewOf } from './html-blocks.js'
import { FONT, TABLE, template } from './html-template.js'
import { toHeader } from './readable.js'

export interface Frame {
  readonly language: Language
  readonly subject: string
  /** What lists of mails show beside the subject. */
  readonly preview: string
  readonly instanceName: string
  readonly footer: string
  /** A colour such as `#0b5fff`. */
  readonly accent: string
  /** The logo's content id, if there is one. */
  readonly logoCid: string | undefined
}

const PAGE = 'background:#f2f4f7;color:#1b1f24'
const WIDTH = 600

/**
 * Everything that matters is inline, for the many mail programs that drop style sheets; what stands in
 * the sheet makes it comfortable in the dark and on a phone.
 */
const DOCUMENT = template(`<!doctype html>
<html lang="{{language}}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="x-apple-disable-message-reformatting">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{subject}}</title>
<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:480px){.inside{padding:24px 20px!important}}
@media (prefers-color-scheme:dark){
.page{background:#14161a!important;color:#e6e8eb!important}
.card{background:{{card.dark}}!important;border-left-color:#343941!important;border-right-color:#343941!important;border-bottom-color:#343941!important}
.logo{background:#ffffff!important;padding:6px!important;border-radius:6px!important}
.quiet{color:#a3abb5!important}
.box{background:#14161a!important;border-color:#343941!important}
.link,.words a{color:#8ab4ff!important}
.first{border-color:{{edgeInDark}}!important}
.second{color:#e6e8eb!important;border-color:#6b737d!important}
}
</style>
</head>
<body class="page" style="margin:0;padding:0;${PAGE}">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{{preview}}</div>
<${TABLE} class="page" width="100%" bgcolor="#f2f4f7" style="${PAGE};${FONT};font-size:16px;line-height:1.6"><tr><td align="center" style="padding:24px 12px">
<!--[if mso]><${TABLE} width="${WIDTH}"><tr><td><![endif]-->
<${TABLE} class="card" width="100%" bgcolor="#ffffff" style="max-width:${WIDTH}px;background:{{card.light}};border:1px solid #d9dee5;border-top:4px solid {{accent}};border-radius:8px;border-collapse:separate"><tr><td class="inside" align="left" style="padding:32px 36px;overflow-wrap:anywhere">
<div style="margin:0 0 24px;font-weight:600">{{#if logoCid}}<img class="logo" src="cid:{{logoCid}}" alt="{{logoAlt}}" height="48" style="display:block;height:48px;width:auto;max-width:220px;object-fit:contain;border:0">{{else}}{{instanceName}}{{/if}}</div>
{{{body}}}
</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
<p class="quiet" style="max-width:${WIDTH}px;margin:16px 0 0;font-size:13px;color:#57606a;overflow-wrap:anywhere">{{footer}}</p>
</td></tr></table>
</body>
</html>
`)

/** The blocks as one document that needs nothing from elsewhere. Every variable is escaped. */
export function toHtml(blocks: readonly Block[], frame: Frame): string {
  const { accent } = frame
  const colours = {
    accent,
    onAccent: readableOn(accent),
    edge: edgeOn(CARD.light, accent),
    edgeInDark: edgeOn(CARD.dark, accent),
    card: CARD,
  }
  const body = blocks.map((block) => BLOCKS[block.type]({ ...colours, ...viewOf(block) }))
  const logoAlt = toHeader(frame.instanceName)
  return DOCUMENT({ ...frame, ...colours, logoAlt, body: body.join('\n') })
}
