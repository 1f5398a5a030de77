export type Platform =
  | 'mac'
  | 'windows'
  | 'linux'
  | 'chromebook'
  | 'iphone'
  | 'ipad'
  | 'android'
  | 'other'

/** What the browser says it runs on. An iPad with the desktop site calls itself a Mac, with touch. */
export function platformOf(userAgent: string, touchPoints: number): Platform {
  if (/iPhone|iPod/.test(userAgent)) return 'iphone'
  if (/iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1)) return 'ipad'
  if (/Android/.test(userAgent)) return 'android'
  if (/CrOS/.test(userAgent)) return 'chromebook'
  if (/Windows/.test(userAgent)) return 'windows'
  if (/Macintosh/.test(userAgent)) return 'mac'
  return /Linux|X11/.test(userAgent) ? 'linux' : 'other'
}

/** The mobile app cannot activate an account, so a phone is better served by the browser. */
export function isMobile(platform: Platform): boolean {
  return platform === 'iphone' || platform === 'ipad' || platform === 'android'
}
