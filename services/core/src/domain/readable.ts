/** A client's description of itself, for example, may be of any length. */
const LINE_MAX_LENGTH = 300

/**
 * What somebody typed, safe beside other text: one line, however many it was, of a length that fits
 * in a sentence.
 */
export function readableLine(text: string): string {
  const line = withVisible(oneLine(text))
  const characters = [...line]
  const isLong = characters.length > LINE_MAX_LENGTH
  return isolated(isLong ? `${characters.slice(0, LINE_MAX_LENGTH - 1).join('')}…` : line)
}

export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}

/**
 * Characters that show nothing and hide or reorder what stands around them. Joiners, direction marks,
 * variants and the letters of flags stay: names and emoji are written with them.
 */
const UNSEEN =
  /[\p{Default_Ignorable_Code_Point}--[\u{200c}-\u{200f}\u{61c}\u{fe00}-\u{fe0f}\u{e0020}-\u{e007f}\u{e0100}-\u{e01ef}]]/gv

/** Shows such characters by their numbers, so that whoever reads knows that there is something. */
export function withVisible(text: string): string {
  return text.toWellFormed().replace(UNSEEN, (character) => {
    const number = character.codePointAt(0) ?? 0
    return `[U+${number.toString(16).toUpperCase().padStart(4, '0')}]`
  })
}

const [ISOLATE, END_OF_ISOLATE] = ['\u2068', '\u2069']
/** Scripts that are written from the right, and the marks that say so. */
const FROM_THE_RIGHT =
  /[\u{590}-\u{8ff}\u{200f}\u{fb1d}-\u{fdff}\u{fe70}-\u{feff}\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** Keeps a name that is written from the right from moving the words beside it (UAX #9, §2.4). */
function isolated(text: string): string {
  return FROM_THE_RIGHT.test(text) ? ISOLATE + text + END_OF_ISOLATE : text
}
