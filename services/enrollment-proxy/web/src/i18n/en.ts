import { choose } from './en/choose-how.js'
import { common, steps } from './en/common.js'
import { vpn } from './en/configure-vpn.js'
import { password } from './en/create-password.js'
import { data } from './en/data-verification.js'
import { deadEnd } from './en/dead-end.js'
import { finish } from './en/finish.js'
import { handOver } from './en/hand-over.js'
import { help } from './en/help.js'
import { home } from './en/home.js'
import { landing } from './en/landing.js'
import { language } from './en/language.js'
import { lostDevice } from './en/lost-device.js'
import { note } from './en/note.js'
import { otherLink } from './en/other-link.js'
import { reset } from './en/password-reset.js'
import { platform } from './en/platform.js'
import { resetDeadEnd } from './en/reset-dead-end.js'
import { secondFactor } from './en/second-factor.js'
import { broken, tooMany, unreachable } from './en/trouble.js'
import { useApp } from './en/use-app.js'
import { welcome } from './en/welcome.js'

/** Every text of the page, a file for each screen. The other languages have the same shape. */
export const en = {
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

export type Messages = typeof en
