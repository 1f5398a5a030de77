import type { Messages } from '../en.js'

export const note: Messages['note'] = {
  intro:
    'Mimo to możesz przejść dalej. Napisz administratorowi, co się nie zgadza, aby można było to poprawić.',
  label: 'Co się nie zgadza?',
  hint: 'Wystarczy jedno lub dwa zdania.',
  length: (length: number, maximum: number) => `Liczba znaków: ${length} z ${maximum}`,
  empty: 'Napisz, co się nie zgadza.',
  tooLong: (maximum: number) => `Użyj najwyżej ${maximum} znaków.`,
  unsent:
    'Wiadomość nie została wysłana. Wyślij ją teraz albo naciśnij „Dalej” jeszcze raz, aby ją pominąć.',
  send: 'Wyślij wiadomość',
  sent: 'Dziękujemy, wiadomość jest w drodze',
  sentText: 'Administrator dostanie ją e-mailem. Nie trzeba czekać na odpowiedź.',
  another: 'Napisz kolejną wiadomość',
  limit: 'Z tym linkiem nie można wysłać więcej wiadomości. Jeśli chcesz coś dodać, napisz e-mail.',
  byMail: 'Albo napisz do administratora bezpośrednio:',
}
