import type { Messages } from '../en.js'

export const language: Messages['language'] = {
  label: 'Język',
  failed: 'Nie udało się wczytać tego języka. Spróbuj ponownie.',
}
