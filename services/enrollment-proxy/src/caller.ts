import { Metadata } from '@grpc/grpc-js'

/** Who asks, as core may know them. Only the address is more than a claim. */
export interface Caller {
  readonly requestId: string
  readonly address: string
  readonly userAgent: string | undefined
  readonly clientVersion: string | undefined
  /** Base64 of a protobuf message. */
  readonly clientPlatform: string | undefined
  readonly language: string | undefined
}

export function toMetadata(caller: Caller): Metadata {
  const metadata = new Metadata()
  const values = {
    'x-request-id': caller.requestId,
    'x-client-address': caller.address,
    'x-client-user-agent': caller.userAgent,
    'x-client-version': caller.clientVersion,
    'x-client-platform': caller.clientPlatform,
    'x-client-language': caller.language,
  }
  for (const [name, value] of Object.entries(values)) {
    if (value) metadata.set(name, toPrintable(value))
  }
  return metadata
}

/** gRPC carries printable ASCII; core decodes the rest, so `%` itself is encoded too. */
function toPrintable(text: string): string {
  return text.replace(/[^\x20-\x24\x26-\x7e]/gu, (character) => encodeURIComponent(character))
}
