import { readFileSync } from 'node:fs'
import { Client, credentials } from '@grpc/grpc-js'

// grpc.health.v1.Health/Check for the service '': an empty message, answered by field 1 = SERVING (1).
const METHOD = '/grpc.health.v1.Health/Check'
const SERVING = Buffer.from([0x08, 0x01])

const {
  DEFGUARD_GRPC_PORT = '50055',
  DEFGUARD_GRPC_CA,
  DEFGUARD_GRPC_KEY,
  DEFGUARD_GRPC_CERT,
} = process.env
const tls = [DEFGUARD_GRPC_CA, DEFGUARD_GRPC_KEY, DEFGUARD_GRPC_CERT].map((path) =>
  readFileSync(path),
)
const core = new Client(`localhost:${DEFGUARD_GRPC_PORT}`, credentials.createSsl(...tls), {
  'grpc.enable_http_proxy': 0,
})
const send = () => Buffer.alloc(0)
const receive = (bytes) => bytes
core.makeUnaryRequest(
  METHOD,
  send,
  receive,
  undefined,
  { deadline: Date.now() + 4_000 },
  (err, reply) => process.exit(!err && reply.equals(SERVING) ? 0 : 1),
)
