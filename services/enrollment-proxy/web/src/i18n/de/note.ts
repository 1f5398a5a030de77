import type { Messages } from '../en.js'

export const note: Messages['note'] = {
  intro:
    'Sie können trotzdem weitermachen. Schreiben Sie Ihrer Administration, was nicht stimmt, damit sie es berichtigt.',
  label: 'Was stimmt nicht?',
  hint: 'Ein oder zwei Sätze genügen.',
  length: (length: number, maximum: number) => `${length} von ${maximum} Zeichen`,
  empty: 'Bitte schreiben Sie, was nicht stimmt.',
  tooLong: (maximum: number) => `Bitte verwenden Sie höchstens ${maximum} Zeichen.`,
  unsent:
    'Ihre Nachricht ist noch nicht gesendet. Senden Sie sie jetzt, oder drücken Sie noch einmal „Weiter“, um ohne sie weiterzumachen.',
  send: 'Nachricht senden',
  sent: 'Danke, Ihre Nachricht ist unterwegs',
  sentText: 'Ihre Administration bekommt sie per E-Mail. Sie müssen nicht auf Antwort warten.',
  another: 'Noch eine Nachricht schreiben',
  limit:
    'Mit diesem Link lassen sich keine weiteren Nachrichten senden. Wenn es noch etwas gibt, schreiben Sie bitte eine E-Mail.',
  byMail: 'Oder schreiben Sie Ihrer Administration selbst:',
}
