import { choose } from './de/choose-how.js'
import { common, steps } from './de/common.js'
import { vpn } from './de/configure-vpn.js'
import { password } from './de/create-password.js'
import { data } from './de/data-verification.js'
import { deadEnd } from './de/dead-end.js'
import { finish } from './de/finish.js'
import { handOver } from './de/hand-over.js'
import { help } from './de/help.js'
import { home } from './de/home.js'
import { landing } from './de/landing.js'
import { language } from './de/language.js'
import { lostDevice } from './de/lost-device.js'
import { note } from './de/note.js'
import { otherLink } from './de/other-link.js'
import { reset } from './de/password-reset.js'
import { platform } from './de/platform.js'
import { resetDeadEnd } from './de/reset-dead-end.js'
import { secondFactor } from './de/second-factor.js'
import { broken, tooMany, unreachable } from './de/trouble.js'
import { useApp } from './de/use-app.js'
import { welcome } from './de/welcome.js'
import type { Messages } from './en.js'

export const de: Messages = {
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
