import type { Messages } from '../en.js'

export const resetDeadEnd: Messages['resetDeadEnd'] = {
  token_mistyped: {
    title: 'Ten link jest niekompletny',
    text: 'Brakuje znaku albo jakiś się zmienił. Otwórz link z wiadomości jeszcze raz albo skopiuj go w całości.',
  },
  token_unknown: {
    title: 'Nie znamy tego linku',
    text: 'Być może został ucięty w wiadomości albo jest stary. Otwórz go jeszcze raz lub poproś o nowy.',
  },
  token_used: {
    title: 'Ten link został już użyty',
    text: 'Jego czas minął. Jeśli nowe hasło zostało nim ustawione, to ono obowiązuje. Jeśli nie, poproś o nowy link.',
  },
  token_expired: {
    title: 'Ten link wygasł',
    text: 'Jest ważny przez ograniczony czas i nie został w nim użyty. Twoje hasło się nie zmieniło.',
  },
  token_revoked: {
    title: 'Ten link został wycofany',
    text: 'Zwykle zastępuje go nowszy: poszukaj najnowszej wiadomości. Jeśli jej nie ma, poproś o nowy link.',
  },
  wrong_token_kind: {
    title: 'Ten link służy do czegoś innego',
    text: 'Jest ważny, ale nie służy do ustawienia nowego hasła. Poszukaj właściwej wiadomości albo poproś o nowy link.',
  },
  session_over: {
    title: 'Czas minął',
    text: 'Aby Twoje konto było bezpieczne, nowe hasło trzeba ustawić w ograniczonym czasie. Jeśli nie zostało ustawione, nadal obowiązuje dotychczasowe.',
  },
  user_disabled: {
    title: 'Tego konta nie można używać',
    text: 'Jest wyłączone albo nigdy nie zostało w pełni skonfigurowane. Zapytaj administratora.',
  },
}
