/** The word of a wire value; undefined for "unspecified". */
export function keyOf<Key extends string, Value>(
  table: Readonly<Record<Key, Value>>,
  value: Value,
): Key | undefined {
  return (Object.keys(table) as Key[]).find((key) => table[key] === value)
}
