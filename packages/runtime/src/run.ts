import type { Logger } from './logger.js'

/** What a composition root returns: `start` listens, `stop` drains and may be called once. */
export interface Service {
  readonly log: Logger
  start(): Promise<void>
  stop(): Promise<void>
}

const STOP_TIMEOUT_MS = 15_000

/**
 * Runs a service until SIGTERM or SIGINT. A configuration that cannot work ends the process with
 * status 78 (EX_CONFIG) and one sentence; anything else that fails ends it with 1.
 */
export async function run(create: () => Service): Promise<void> {
  let service: Service
  try {
    service = create()
  } catch (err) {
    process.stderr.write(`${err instanceof Error ? err.message : String(err)}\n`)
    process.exit(78)
  }
  const { log } = service
  const stop = async (reason: string): Promise<void> => {
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT')
    log.info({ reason }, 'stopping')
    // An answer that never ends must not keep a replaced process alive.
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref()
    await service.stop()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void stop(signal).catch(fail))
  }
  const fail = (err: unknown): void => {
    log.fatal({ err }, 'stopped by an error')
    process.exit(1)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  await service.start().catch(fail)
}
