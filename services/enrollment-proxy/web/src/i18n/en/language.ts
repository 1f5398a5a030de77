export const language = {
  label: 'Language',
  failed: 'This language could not be loaded. Please try again.',
}
