import { run } from '@defguard/runtime/run'
import { createCore } from '../dist/core.js'

/* Core as a process of its own, with a configuration that tests choose: cheaper passwords than allowed. */
await run(() => createCore(JSON.parse(process.env.CORE_CONFIG ?? '')))
