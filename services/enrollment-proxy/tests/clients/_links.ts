import { PUBLIC_URL } from '../_pair.js'

/* What leads an app to an enrollment, as API.md §6 writes it down. */

export const deepLinkTo = (token: string, url = PUBLIC_URL): string =>
  `defguard://addinstance?token=${encodeURIComponent(token)}&url=${encodeURIComponent(url)}`

export const qrTo = (token: string, url = PUBLIC_URL): string =>
  Buffer.from(JSON.stringify({ url, token })).toString('base64')
