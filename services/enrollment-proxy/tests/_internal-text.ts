/** What no answer may tell: how we are built, where we run, and what somebody has sent. */
const INTERNAL_TEXT: Readonly<Record<string, RegExp>> = {
  'a stack frame': /\bat .+:\d+(:\d+)?\)?$|\n\s*at /m,
  'a source file': /\w\.[cm]?[jt]s\b|node:|node_modules|\bfile:\//,
  'a path': /(^|[\s"'(])\/\w+\/\w/,
  'an exception': /\b[A-Z]\w*(Error|Exception)\b|Cannot read|is not a function|\[object |undefined/,
  SQL: /\bselect .* from\b|insert into|delete from|\bupdate "|(relation|column|table) "|syntax error/i,
  'a constraint': /duplicate key|violates|constraint|deadlock|"\w+_(key|check|fkey|pkey)"/i,
  PostgreSQL: /postgres|\bpg_|sqlstate|kysely|invalid byte sequence/i,
  gRPC: /grpc|protobuf|rst_stream|http\/2|\b\d+ [A-Z]{2,}[A-Z_]*:|DEADLINE_EXCEEDED|UNAVAILABLE/i,
  'a fault of the network': /\bE[A-Z]{4,}\b|getaddrinfo|socket hang up/,
  'an address': /\b\d{1,3}(\.\d{1,3}){3}\b|\b[\da-f]{1,4}:[\da-f:]*:[\da-f:]*/i,
  'a host': /localhost|\b[\w-]+\.(internal|local|lan|com|net|org)\b|\w:\d{2,5}\b/i,
  'a secret': /dg[a-z]_\w+|[\w+/]{43}=/,
}

/** The kinds of internal text that a text holds. */
export function internalsIn(text: string): string[] {
  const told = Object.entries(INTERNAL_TEXT).filter(([, pattern]) => pattern.test(text))
  return told.map(([name]) => name)
}
