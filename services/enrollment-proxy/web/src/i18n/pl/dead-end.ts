import type { Messages } from '../en.js'

export const deadEnd: Messages['deadEnd'] = {
  token_unknown: {
    title: 'Nie znamy tego linku',
    text: 'Być może został ucięty w wiadomości. Otwórz go jeszcze raz albo skopiuj cały token.',
  },
  token_used: {
    title: 'Ten link został już użyty',
    text: 'Jego czas minął. Jeśli rejestracja jest zakończona, wszystko w porządku i nic więcej nie trzeba robić. Jeśli nie, poproś o nowy link.',
  },
  token_expired: {
    title: 'Ten link wygasł',
    text: 'Zaproszenie jest ważne przez ograniczony czas, a to nie zostało w nim użyte. Poproś o nowy link.',
  },
  token_revoked: {
    title: 'Ten link został wycofany',
    text: 'Zwykle zastępuje go nowsze zaproszenie: poszukaj najnowszej wiadomości. Jeśli jej nie ma, poproś o nowy link.',
  },
  wrong_token_kind: {
    title: 'Ten link służy do czegoś innego',
    text: 'To ważny token, ale nie do rejestracji. Poszukaj wiadomości z zaproszeniem.',
  },
  session_over: {
    title: 'Czas minął',
    text: 'Aby Twoje konto było bezpieczne, rejestrację trzeba zakończyć w ograniczonym czasie. To, co już gotowe, zostaje; aby dokończyć resztę, poproś o nowy link.',
  },
  user_disabled: {
    title: 'Twoje konto jest wyłączone',
    text: 'Wyłączył je administrator, więc rejestracji nie można kontynuować. Zapytaj administratora.',
  },
  whom: 'Ta osoba może Ci pomóc:',
  whomUnknown: 'Skontaktuj się z osobą, która Cię zaprosiła.',
  otherToken: 'Wpisz inny token',
}
