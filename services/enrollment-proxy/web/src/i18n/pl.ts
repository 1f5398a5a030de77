import type { Messages } from './en.js'
import { choose } from './pl/choose-how.js'
import { common, steps } from './pl/common.js'
import { vpn } from './pl/configure-vpn.js'
import { password } from './pl/create-password.js'
import { data } from './pl/data-verification.js'
import { deadEnd } from './pl/dead-end.js'
import { finish } from './pl/finish.js'
import { handOver } from './pl/hand-over.js'
import { help } from './pl/help.js'
import { home } from './pl/home.js'
import { landing } from './pl/landing.js'
import { language } from './pl/language.js'
import { lostDevice } from './pl/lost-device.js'
import { note } from './pl/note.js'
import { otherLink } from './pl/other-link.js'
import { reset } from './pl/password-reset.js'
import { platform } from './pl/platform.js'
import { resetDeadEnd } from './pl/reset-dead-end.js'
import { secondFactor } from './pl/second-factor.js'
import { broken, tooMany, unreachable } from './pl/trouble.js'
import { useApp } from './pl/use-app.js'
import { welcome } from './pl/welcome.js'

export const pl: Messages = {
  common,
  steps,
  landing,
  home,
  choose,
  useApp,
  handOver,
  welcome,
  data,
  note,
  password,
  secondFactor,
  vpn,
  lostDevice,
  finish,
  deadEnd,
  help,
  otherLink,
  reset,
  resetDeadEnd,
  unreachable,
  tooMany,
  broken,
  platform,
  language,
}
