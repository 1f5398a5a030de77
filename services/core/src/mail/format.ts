import type { Language } from '../domain/language.js'

const LOCALE: Readonly<Record<Language, string>> = { en: 'en-GB', pl: 'pl-PL', de: 'de-DE' }

/** An instant for people in any country: UTC, and it says so. */
export function formatInstant(iso: string, language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALE[language], {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  return `${format.format(new Date(iso))} UTC`
}

const UNITS = [
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** A span in the words of a language: `10 minutes`, `1 godzina 30 minut`. */
export function formatSpan(ms: number, language: Language): string {
  let rest = ms
  const parts = UNITS.flatMap(([unit, unitMs]) => {
    const count = Math.floor(rest / unitMs)
    rest -= count * unitMs
    const format = new Intl.NumberFormat(LOCALE[language], {
      style: 'unit',
      unit,
      unitDisplay: 'long',
    })
    return count === 0 ? [] : [format.format(count)]
  })
  return parts.join(' ')
}

export function formatCount(count: number, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language]).format(count)
}
