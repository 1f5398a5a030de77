// What the same stack costs with nothing of ours in it, with poll's contract and an answer of the
// same size: an Express route alone, and Express → grpc-js → one SELECT by primary key.
import {
  EnrollmentServiceClient,
  type EnrollmentServiceServer,
  EnrollmentServiceService,
  type GetInstanceInfoResponse,
} from '@defguard/proto/enrollment/v1/enrollment'
import { credentials, Server, ServerCredentials } from '@grpc/grpc-js'
import express, { type RequestHandler } from 'express'
import pg from 'pg'

/** As many as core has. */
const POOL_MAX = 20

const [role, port, target = ''] = process.argv.slice(2)
if (role === 'bare') serveHttp((_req, res) => res.json(answer(1)))
if (role === 'http') serveHttp(askBackend(target))
if (role === 'grpc') serveGrpc(target)

function serveHttp(handler: RequestHandler): void {
  const app = express()
  app.post('/', express.json(), handler)
  app.listen(Number(port), '127.0.0.1', ready)
}

function askBackend(address: string): RequestHandler {
  const backend = new EnrollmentServiceClient(address, credentials.createInsecure())
  return (req, res, next) => {
    backend.getInstanceInfo({ polling_token: req.body.token }, (err, reply) =>
      err ? next(err) : res.json(reply),
    )
  }
}

function serveGrpc(databaseUrl: string): void {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_MAX })
  const getInstanceInfo: EnrollmentServiceServer['getInstanceInfo'] = async (call, callback) => {
    const { rows } = await pool.query('select locations from baseline where token = $1', [
      call.request.polling_token,
    ])
    callback(null, answer(rows[0].locations))
  }
  const server = new Server()
  server.addService(EnrollmentServiceService, { getInstanceInfo } as EnrollmentServiceServer)
  server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), ready)
}

function ready(err?: Error | null): void {
  if (err) throw err
  process.send?.('ready')
}

function answer(locations: number): GetInstanceInfoResponse {
  const key = 'VIvehxhDt2KjN5O2MU6TnoXZFEsHIwCppUURj1ynWsE='
  return {
    device_config: {
      device: { id: 7, name: 'Laptop', pubkey: key, user_id: 3, created_at: 1_767_225_000 },
      configs: Array.from({ length: locations }, (_, i) => ({
        network_id: i + 1,
        network_name: `Office ${i}`,
        config: `[Interface]\nPrivateKey = YOUR_PRIVATE_KEY\nAddress = 10.1.${i}.7\nDNS = 10.1.0.1\n\n[Peer]\nPublicKey = ${key}\nAllowedIPs = 10.1.0.0/24,10.2.0.0/16\nEndpoint = vpn.example.com:51820\nPersistentKeepalive = 25`,
        endpoint: 'vpn.example.com:51820',
        assigned_ip: `10.1.${i}.7`,
        pubkey: key,
        allowed_ips: '10.1.0.0/24,10.2.0.0/16',
        dns: '10.1.0.1',
        mfa_enabled: false,
        keepalive_interval: 25,
        location_mfa_mode: 1,
        service_location_mode: 1,
      })),
      instance: {
        id: '0b0f7e9e-6f0e-4a55-9a0c-0d7b6a4f2f10',
        name: 'Example Corp',
        url: 'http://localhost/',
        proxy_url: 'http://localhost/',
        username: 'jdoe',
        enterprise_enabled: true,
        disable_all_traffic: false,
        openid_display_name: undefined,
        client_traffic_policy: 0,
      },
      token: undefined,
    },
  }
}
