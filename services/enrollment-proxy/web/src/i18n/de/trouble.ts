import type { Messages } from '../en.js'
import { formatDuration } from '../format.js'

export const unreachable: Messages['unreachable'] = {
  title: 'Wir versuchen, den Server zu erreichen',
  text: 'Er antwortet im Moment nicht. Diese Seite versucht es von selbst weiter und fährt dort fort, wo Sie sind; nichts, was Sie eingegeben haben, geht verloren.',
  tryNow: 'Jetzt versuchen',
}

export const tooMany: Messages['tooMany'] = {
  title: 'Zu viele Versuche',
  text: 'Aus Ihrem Netz kamen in kurzer Zeit viele Anfragen. Zur Sicherheit gibt es eine kurze Pause.',
  wait: (seconds: number) =>
    `In ${formatDuration('de', seconds)} können Sie es noch einmal versuchen.`,
  ready: 'Sie können es jetzt noch einmal versuchen.',
  back: 'Noch einmal versuchen',
}

export const broken: Messages['broken'] = {
  title: 'Diese Seite wurde nicht vollständig geladen',
  text: 'Vielleicht ist die Verbindung abgebrochen. Bitte laden Sie neu: Sie kommen zum selben Schritt zurück.',
  reload: 'Seite neu laden',
}
