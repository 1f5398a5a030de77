import { assertNoViolations } from '../domain/errors.js'

/**
 * The fields that an `update_mask` names, each by the name it has with us.
 * @throws DomainError `invalid_argument` for an empty mask, and with every path that is not in `fields`
 */
export function parseMask<Field>(
  paths: readonly string[] | undefined,
  fields: Readonly<Record<string, Field>>,
): Field[] {
  const named = paths ?? []
  const unknown = named.filter((path) => !Object.hasOwn(fields, path))
  assertNoViolations([
    ...unknown.map((path) => ({
      field: 'update_mask',
      message: `there is no field ${JSON.stringify(path)} to change`,
    })),
    ...(named.length === 0 ? [{ field: 'update_mask', message: 'names no field' }] : []),
  ])
  return named.map((path) => fields[path] as Field)
}
