import type { Messages } from './en.js'
import { choose } from './pl/choose-how.js'
import { common, steps } from './pl/common.js'
import { vpn } from './pl/configure-vpn.js'
import { password } from './pl/create-password.js'
import { data } from './pl/data-verification.js'
import { deadEnd } from './pl/dead-end.js'
import { finish } from './pl/finish.js'
import { landing } from './pl/landing.js'
import { language } from './pl/language.js'
import { reset } from './pl/password-reset.js'
import { platform } from './pl/platform.js'
import { resetDeadEnd } from './pl/reset-dead-end.js'
import { broken, tooMany, unreachable } from './pl/trouble.js'
import { useApp } from './pl/use-app.js'
import { welcome } from './pl/welcome.js'

export const pl: Messages = {
  common,
  steps,
  landing,
  choose,
  useApp,
  welcome,
  data,
  password,
  vpn,
  finish,
  deadEnd,
  reset,
  resetDeadEnd,
  unreachable,
  tooMany,
  broken,
  platform,
  language,
}
