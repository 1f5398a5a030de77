import { join } from 'node:path'
import type { Io } from './io.js'

/** Where the program keeps what is the user's own. */
export function configFolder({ env, home }: Pick<Io, 'env' | 'home'>): string {
  return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'defguard')
}
