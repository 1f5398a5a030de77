// Core as everybody runs it, but for its clock, which goes faster: so what is allowed ten times a
// minute is allowed more often, and what waits or ends comes about within a run.
import { readConfig } from '@defguard/core/config'
import { createCore } from '@defguard/core/core'
import { Env } from '@defguard/runtime/env'
import { run } from '@defguard/runtime/run'
import { fastClock } from './clock.ts'

const clock = fastClock(Number(process.argv[2]))
// As cheap as bcrypt gets, which no configuration may be: what is tried here is everything else.
const bcryptCost = 4
await run(() => createCore({ ...readConfig(new Env(process.env)), bcryptCost }, { clock }))
