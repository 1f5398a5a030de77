import { Env } from '@defguard/runtime/env'
import { run } from '@defguard/runtime/run'
import { readConfig } from './config.js'
import { createProxy } from './proxy.js'

await run(() => createProxy(readConfig(new Env(process.env))))
