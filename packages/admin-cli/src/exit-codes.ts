/** How the program ends; scripts rely on these numbers. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  notAllowed: 3,
  notFound: 4,
  refused: 5,
  unreachable: 6,
  partlyDone: 7,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
