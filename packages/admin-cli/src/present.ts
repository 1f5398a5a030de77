/** A part of a reply that core always sends, though protobuf cannot say so. */
export function present<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('Core sent an incomplete reply.')
  return part
}
