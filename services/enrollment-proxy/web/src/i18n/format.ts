/** "8 minutes 16 seconds" in the language of `locale`; `short` gives "8 min 16 sec". */
export function formatDuration(
  locale: string,
  seconds: number,
  unitDisplay: 'long' | 'short' = 'long',
): string {
  const parts = [
    { unit: 'hour', value: Math.floor(seconds / 3600) },
    { unit: 'minute', value: Math.floor(seconds / 60) % 60 },
    { unit: 'second', value: seconds % 60 },
  ].filter(({ value }) => value > 0)
  const shown = parts.length > 0 ? parts : [{ unit: 'second', value: 0 }]
  return shown
    .map(({ unit, value }) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay }).format(value),
    )
    .join(' ')
}

/** The form of a word that goes with a number; `other` stands in for forms a language lacks. */
export function plural(
  locale: string,
  count: number,
  forms: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string },
): string {
  return forms[new Intl.PluralRules(locale).select(count)] ?? forms.other
}
