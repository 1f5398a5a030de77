import type { Messages } from '../en.js'

export const language: Messages['language'] = {
  label: 'Sprache',
  failed: 'Diese Sprache konnte nicht geladen werden. Bitte versuchen Sie es noch einmal.',
}
