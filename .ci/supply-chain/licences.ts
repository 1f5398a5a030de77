import type { Manifest } from './lockfile.ts'

/** SPDX ids that what we run may come under; a new one is a decision, made here. */
export const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'PSF-2.0',
])

/** The SPDX expression of a package; undefined if it names none. */
export function licenceOf({ license, licenses }: Manifest): string | undefined {
  const named = license ?? licenses
  const each = (Array.isArray(named) ? named : [named]).map((one) =>
    typeof one === 'object' && one !== null ? (one as { type?: unknown }).type : one,
  )
  const ids = each.filter((id): id is string => typeof id === 'string' && id !== '')
  return ids.length > 1 ? `(${ids.join(' OR ')})` : ids[0]
}

/** Whether an expression can be met by allowed licences alone: one side of an OR, both of an AND. */
export function isAllowed(expression: string): boolean {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? []
  let at = 0
  function either(): boolean {
    let allowed = both()
    while (tokens[at] === 'OR') {
      at++
      allowed = both() || allowed
    }
    return allowed
  }
  function both(): boolean {
    let allowed = one()
    while (tokens[at] === 'AND') {
      at++
      allowed = one() && allowed
    }
    return allowed
  }
  function one(): boolean {
    const token = tokens[at++]
    if (token !== '(') return token !== undefined && ALLOWED_LICENCES.has(token)
    const allowed = either()
    return tokens[at++] === ')' && allowed
  }
  const allowed = either()
  return allowed && at === tokens.length
}
