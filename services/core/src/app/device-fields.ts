import { DomainError, type Violation } from '../domain/errors.js'

/** What `parse` makes of a field of a device, or undefined and a violation with its words. */
export function parseField<T>(
  field: string,
  violations: Violation[],
  parse: () => T,
): T | undefined {
  try {
    return parse()
  } catch (err) {
    if (!(err instanceof DomainError)) throw err
    violations.push({ field, message: PROBLEMS[err.reason] ?? 'is not valid' })
    return undefined
  }
}

const PROBLEMS: Readonly<Partial<Record<DomainError['reason'], string>>> = {
  device_name_missing: 'is required',
  invalid_device_name: 'must be 1 to 100 characters, without control characters',
  invalid_pubkey: 'must be a WireGuard public key: base64 of 32 bytes',
}
