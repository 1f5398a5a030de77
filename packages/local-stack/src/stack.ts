import { resolve } from 'node:path'
import { readConfig } from '@defguard/core/config'
import { Env } from '@defguard/runtime/env'
import { bootstrapAdmin, ensureAdmin, logIn } from './admin-account.js'
import { banner } from './banner.js'
import { ensureCertificates, keepRenewing } from './certificates.js'
import { CoreApi } from './core-api.js'
import { findLackOfTunnel } from './gateway/lack-of-tunnel.js'
import { inspectDatabase } from './inspect-database.js'
import { prepareLocalDatabase } from './local-database.js'
import { followMailCatcher } from './mail-settings.js'
import { OwnDatabase } from './own-database.js'
import { Parts } from './parts.js'
import { assertPortsFree, choosePorts, portNames } from './ports.js'
import { ProcessLedger } from './process-ledger.js'
import { ensureSamples } from './samples.js'
import { coreEnv, namesDatabase, urlsOf, type Variables } from './service-env.js'
import { CORE, coreService, mailCatcherService, proxyService, STATE_FOLDER } from './services.js'
import { startGateway } from './stack-gateway.js'
import { STACK_INFO, toStackInfo } from './stack-info.js'
import { StateFolder } from './state-folder.js'
import { lockState } from './state-lock.js'
import { chooseWireGuardPort } from './wireguard-port.js'

/** A folder of the state, made by the code of `defguard-admin cert`. */
const CERTIFICATES = 'certificates'

/** What is asked for beyond the stack itself. */
export interface StackOptions {
  /** A gateway beside it, on a WireGuard interface of this machine. */
  readonly gateway: boolean
}

/** PostgreSQL, mail catcher, core and proxy on this machine, each a process of its own. */
export class Stack {
  readonly #abort = new AbortController()
  /** How to take back what was done, latest last. */
  readonly #undo: (() => void | Promise<void>)[] = []
  #starting: Promise<void> | undefined

  /**
   * @param operator the environment that the stack was started with
   * @param print tells the person at the terminal, some lines at a time
   */
  constructor(
    private readonly operator: Variables,
    private readonly print: (text: string) => void,
    private readonly options: StackOptions = { gateway: false },
  ) {}

  /** Resolves when all is up and the banner is printed; after a rejection `stop` clears up. */
  start(): Promise<void> {
    this.#starting = this.#bringUp()
    return this.#starting
  }

  /** Stops everything, the last started first; also in the middle of starting. */
  async stop(): Promise<void> {
    this.#abort.abort(new Error('The start was interrupted.'))
    await this.#starting?.catch(() => {})
    for (const undo of this.#undo.splice(0).reverse()) await undo()
  }

  async #bringUp(): Promise<void> {
    const lack = this.options.gateway ? findLackOfTunnel() : undefined
    if (lack) throw new Error(`--gateway cannot work here: ${lack}.`)
    const env = new Env(this.operator)
    const state = new StateFolder(resolve(env.string('DEFGUARD_LOCAL_DIR') ?? STATE_FOLDER))
    const parts = await this.#takeOver(state)
    const ports = await choosePorts(env)
    const isOurServer = !namesDatabase(this.operator)
    const needed = portNames().filter((name) => isOurServer || name !== 'database')
    await assertPortsFree(ports, needed)
    const wireGuardPort = this.options.gateway ? await chooseWireGuardPort(env) : undefined

    const local = isOurServer
      ? await prepareLocalDatabase(state, ports.database, parts.hooks('postgres', 'SIGINT'))
      : undefined
    const certificates = await ensureCertificates(state.file(CERTIFICATES), new Date())
    const secretKey = state.secretFile('secret-key')
    const forCore = coreEnv(this.operator, ports, secretKey, local?.url, certificates.core)
    const config = readConfig(new Env(forCore)) // the operator's mistakes show before anything runs

    const [postgres] = await this.#together([
      local && parts.start('postgres', local.launch),
      parts.startService(mailCatcherService(this.operator, ports, state.folder('mails'))),
    ])
    const found = await inspectDatabase(config.database.url)
    const database = isOurServer ? OwnDatabase.adopt(state, found) : OwnDatabase.claim(state, found)
    const bootstrap = () => bootstrapAdmin(CORE, forCore, this.#abort.signal)
    await ensureAdmin(database, config.firstAdmin.password, bootstrap)

    const api = new CoreApi(ports.core, certificates.admin)
    this.#undo.push(() => api.close())
    const complain = (err: unknown) => this.print(`certificates: ${err}`)
    this.#undo.push(keepRenewing(state.file(CERTIFICATES), () => api.reconnect(), complain))
    const [core, proxy] = await this.#together([
      parts.startService(coreService(forCore, api)),
      parts.startService(proxyService(this.operator, ports, certificates.proxy)),
    ])
    const admin = await logIn(api, database, bootstrap)
    await followMailCatcher(api, ports.smtp)
    const samples = await ensureSamples(api, database, urlsOf(ports).proxy)

    const gateway =
      wireGuardPort === undefined
        ? undefined
        : await startGateway(
            { operator: this.operator, ports, certificates, state, database, parts, api },
            samples.location,
            wireGuardPort,
          )

    const publish = () => {
      const pids = {
        core: core.pid,
        proxy: proxy.pid,
        postgres: postgres?.pid ?? null,
        gateway: gateway?.process.pid ?? null,
      }
      const info = toStackInfo(ports, config.database.url, certificates, admin, gateway?.info, pids)
      state.write(STACK_INFO, info)
      return info
    }
    parts.onReplaced = publish
    this.#abort.signal.throwIfAborted()
    this.print(banner(publish(), samples, state.path))
  }

  /** Makes the state folder this stack's own and ends what an earlier one left running. */
  async #takeOver(state: StateFolder): Promise<Parts> {
    this.#undo.push(lockState(state))
    const ledger = new ProcessLedger(state)
    this.#undo.push(() => ledger.close())
    const forgetInfo = () => state.remove(STACK_INFO)
    forgetInfo()
    this.#undo.push(forgetInfo)
    this.print(`Starting; state and logs are in ${state.path}`)
    await ledger.endLeftovers((name) => this.print(`${name}: ending what an earlier stack left`))
    return new Parts(state, ledger, this.#abort, this.print, (stop) => this.#undo.push(stop))
  }

  /** Waits for all, so that none is left starting unseen, and throws what went wrong first. */
  async #together<const T extends readonly unknown[]>(
    parts: T,
  ): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
    await Promise.allSettled(parts)
    this.#abort.signal.throwIfAborted()
    return Promise.all(parts)
  }
}
