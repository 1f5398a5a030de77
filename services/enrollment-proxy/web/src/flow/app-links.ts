/** Opens the Defguard desktop app (1.5 and later) on this enrollment (API §6). */
export function deepLink(token: string, proxyUrl: string): string {
  const parameters = `token=${encodeURIComponent(token)}&url=${encodeURIComponent(proxyUrl)}`
  return `defguard://addinstance?${parameters}`
}

/** What the mobile app reads: base64 of exactly these two keys (API §6). */
export function mobileQrText(token: string, proxyUrl: string): string {
  const bytes = new TextEncoder().encode(JSON.stringify({ url: proxyUrl, token }))
  return btoa(String.fromCharCode(...bytes))
}

/** What connects an unattended device with `dg`, Defguard's command line client. */
export function networkDeviceCommand(token: string, proxyUrl: string): string {
  return `dg enroll -u ${proxyUrl} -t ${token}`
}
