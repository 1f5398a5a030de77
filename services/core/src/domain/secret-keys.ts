/** The secret key of today, then earlier ones that are still readable. */
export type SecretKeys = readonly [string, ...string[]]

const LENGTH_MIN = 64
const [CURRENT, PREVIOUS] = ['DEFGUARD_SECRET_KEY', 'DEFGUARD_SECRET_KEY_PREVIOUS']

/**
 * @param previous earlier keys, comma-separated
 * @throws Error with a sentence that names the variable, and never a key
 */
export function parseSecretKeys(
  current: string | undefined,
  previous: string | undefined,
): SecretKeys {
  if (current === undefined) throw new Error(`${CURRENT} must be set.`)
  assertKey(CURRENT, current)
  // It will stand in the list of earlier ones some day.
  if (current.includes(',')) throw new Error(`${CURRENT} must not contain a comma.`)
  const earlier = previous === undefined ? [] : previous.split(',').map((key) => key.trim())
  for (const key of earlier) assertKey(PREVIOUS, key)
  if (new Set([current, ...earlier]).size !== earlier.length + 1)
    throw new Error(`${PREVIOUS} must list earlier keys only, each once: one is given twice.`)
  return [current, ...earlier]
}

function assertKey(variable: string, key: string): void {
  const which = variable === PREVIOUS ? ' each, separated by commas' : ''
  if (key.length < LENGTH_MIN)
    throw new Error(`${variable} must have at least ${LENGTH_MIN} characters${which}.`)
  if (/^\s|\s$|[\r\n]/.test(key))
    throw new Error(`${variable} must not begin or end with white space, or have several lines.`)
}
