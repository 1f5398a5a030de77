import type { Messages } from '../en.js'
import { formatDuration } from '../format.js'

export const unreachable: Messages['unreachable'] = {
  title: 'Próbujemy połączyć się z serwerem',
  text: 'Chwilowo nie odpowiada. Ta strona sama ponawia próby i wróci dokładnie tu, gdzie jesteś; nic, co wpisano, nie przepadnie.',
  tryNow: 'Spróbuj teraz',
}

export const tooMany: Messages['tooMany'] = {
  title: 'Zbyt wiele prób',
  text: 'W krótkim czasie z Twojej sieci przyszło wiele zapytań. Dla bezpieczeństwa potrzebna jest krótka przerwa.',
  wait: (seconds: number) => `Do następnej próby: ${formatDuration('pl', seconds)}.`,
  ready: 'Możesz już spróbować ponownie.',
  back: 'Spróbuj ponownie',
}

export const broken: Messages['broken'] = {
  title: 'Ta strona nie wczytała się w całości',
  text: 'Być może połączenie zostało przerwane. Odśwież stronę: wrócisz do tego samego kroku.',
  reload: 'Odśwież stronę',
}
