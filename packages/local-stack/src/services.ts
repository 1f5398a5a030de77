import { fileURLToPath } from 'node:url'
import type { HolderPaths } from '@defguard/admin-cli/certificates/folder'
import type { CoreApi } from './core-api.js'
import type { ServicePlan } from './parts.js'
import type { Ports } from './ports.js'
import { gatewayEnv, proxyEnv, type Variables } from './service-env.js'

/** The built programs that the stack runs. */
export const CORE = fromHere('../../../services/core/dist/main.js')
export const PROXY = fromHere('../../../services/enrollment-proxy/dist/main.js')
const GATEWAY = fromHere('../dist/gateway/gateway-main.js')
const MAIL_CATCHER = fromHere('../dist/mail-catcher-main.js')
/** Where the stack keeps its state unless told otherwise. */
export const STATE_FOLDER = fromHere('../../../.local')

/** From the sources (tests) and from dist it is the same way. */
function fromHere(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

export function coreService(env: Variables, api: CoreApi): ServicePlan {
  return { name: 'core', script: CORE, env, isReady: () => api.isServing() }
}

/** Ready means that it also reaches core. */
export function proxyService(operator: Variables, ports: Ports, tls: HolderPaths): ServicePlan {
  return {
    name: 'proxy',
    script: PROXY,
    env: proxyEnv(operator, ports, tls),
    isReady: () => answersOk(`http://127.0.0.1:${ports.proxy}/api/v1/health-grpc`),
  }
}

/** @param folder keeps the mails over restarts */
export function mailCatcherService(operator: Variables, ports: Ports, folder: string): ServicePlan {
  return {
    name: 'mail catcher',
    script: MAIL_CATCHER,
    args: [String(ports.smtp), String(ports.mail), folder],
    env: operator,
    isReady: () => answersOk(`http://127.0.0.1:${ports.mail}/api/healthz`),
  }
}

/** @param tokenFile holds what core has issued it */
export function gatewayService(
  operator: Variables,
  ports: Ports,
  ca: string,
  tokenFile: string,
  isReady: () => Promise<boolean>,
): ServicePlan {
  return {
    name: 'gateway',
    script: GATEWAY,
    env: gatewayEnv(operator, ports, ca, tokenFile),
    isReady,
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
