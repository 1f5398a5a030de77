import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Env } from '@defguard/runtime/env'

const PORTS = {
  proxy: { variable: 'DEFGUARD_PROXY_HTTP_PORT', fallback: 8080, use: 'the enrollment page' },
  core: { variable: 'DEFGUARD_GRPC_PORT', fallback: 50055, use: 'core' },
  gateways: { variable: 'DEFGUARD_GATEWAY_GRPC_PORT', fallback: 50066, use: 'gateways' },
  database: { variable: 'DEFGUARD_LOCAL_DB_PORT', fallback: 54329, use: 'PostgreSQL' },
  smtp: { variable: 'DEFGUARD_LOCAL_SMTP_PORT', fallback: 1025, use: 'catching mails' },
  mail: { variable: 'DEFGUARD_LOCAL_MAIL_PORT', fallback: 1080, use: 'reading mails' },
} as const

export type PortName = keyof typeof PORTS
export type Ports = Readonly<Record<PortName, number>>

/**
 * The port of each part as the environment names it; 0 means any free one.
 * @throws Error with a sentence that names the variable, for a port given twice
 */
export async function choosePorts(env: Env): Promise<Ports> {
  const chosen = new Map<number, PortName>()
  const ports = {} as Record<PortName, number>
  for (const name of portNames()) {
    const { variable, fallback } = PORTS[name]
    let port = env.port(variable, fallback)
    for (const isAny = port === 0; isAny && (port === 0 || chosen.has(port)); ) {
      port = await findFreePort()
    }
    const other = chosen.get(port)
    if (other) throw new Error(`${PORTS[other].variable} and ${variable} must differ.`)
    chosen.set(port, name)
    ports[name] = port
  }
  return ports
}

/** @throws Error with a sentence for each port that cannot be listened on */
export async function assertPortsFree(ports: Ports, names: readonly PortName[]): Promise<void> {
  const problems: string[] = []
  for (const name of names) {
    const { variable, use } = PORTS[name]
    const problem = await findProblem(ports[name])
    if (!problem) continue
    problems.push(
      `Port ${ports[name]}, for ${use}, ${problem}. Set ${variable} to another port${problem === TAKEN ? ', or stop the other program' : ''}.`,
    )
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

export function portNames(): PortName[] {
  return Object.keys(PORTS) as PortName[]
}

/** A port on 127.0.0.1 that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const TAKEN = 'is taken by another program'

async function findProblem(port: number): Promise<string | undefined> {
  // `localhost` may mean either loopback address.
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer().listen({ port, host, exclusive: true })
    try {
      await once(server, 'listening')
    } catch (err) {
      const { code } = err as NodeJS.ErrnoException
      if (code === 'EADDRINUSE') return TAKEN
      if (code === 'EACCES') return 'may not be used by this user'
      continue // a machine without IPv6
    }
    server.close()
    await once(server, 'close')
  }
  return undefined
}
