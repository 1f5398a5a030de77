/**
 * The token in the address of a mailed link, `#token=…` or `?token=…` (API §6), or in a text that
 * somebody pasted: the token itself, or the whole link.
 */
export function tokenInAddress(address: { hash: string; search: string }): string | undefined {
  return tokenParameter(address.hash) ?? tokenParameter(address.search)
}

export function tokenInText(text: string): string {
  const compact = text.replace(/\s/g, '')
  const at = compact.search(/[#?&]token=/)
  return (at >= 0 && tokenParameter(compact.slice(at))) || compact
}

function tokenParameter(part: string): string | undefined {
  const token = new URLSearchParams(part.replace(/^[#?&]/, '')).get('token')?.trim()
  return token || undefined
}
