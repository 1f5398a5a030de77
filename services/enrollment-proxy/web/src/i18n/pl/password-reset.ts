import type { Messages } from '../en.js'

export const reset: Messages['reset'] = {
  what: 'Nowe hasło',
  askTitle: 'Nie pamiętasz hasła?',
  askIntro: 'Wpisz adres e-mail swojego konta. Wyślemy Ci link, aby ustawić nowe hasło.',
  email: 'Adres e-mail',
  emailHint: 'Ten, pod którym zna Cię firma.',
  emailInvalid: 'Wpisz adres e-mail, na przykład anna@example.com.',
  ask: 'Wyślij mi link',
  askedTitle: 'Sprawdź pocztę',
  asked:
    'Jeśli istnieje konto z tym adresem, wiadomość jest już w drodze. Otwórz link, który w niej jest, aby ustawić nowe hasło.',
  askedFor: 'Adres',
  noMail: 'Nie ma wiadomości?',
  noMailWait: 'To może potrwać kilka minut. Zajrzyj też do folderu ze spamem.',
  noMailAddress:
    'Być może Twoje konto ma inny adres. Ze względów bezpieczeństwa nie możemy tu powiedzieć, czy ma właśnie ten.',
  otherAddress: 'Wpisz adres jeszcze raz',
  beginTitle: 'Ustaw nowe hasło',
  beginIntro: (instance: string) =>
    `Za pomocą tego linku ustawisz nowe hasło do swojego konta w ${instance}. Do tego czasu obowiązuje dotychczasowe.`,
  begin: 'Rozpocznij',
  notYou: 'To nie Twoja prośba? Zamknij tę stronę: nic się nie zmieni.',
  newTitle: 'Twoje nowe hasło',
  newIntro: 'Dobre hasło to kilka niepowiązanych ze sobą słów.',
  change: 'Ustaw nowe hasło',
  changedTitle: 'Nowe hasło jest ustawione',
  changed:
    'Poprzednie już nie obowiązuje, a wszędzie tam, gdzie trwało zalogowanie, nastąpiło wylogowanie.',
  changedSignIn: 'Od teraz używaj nowego hasła razem ze swoim loginem.',
  changedDevices: 'Twoje urządzenia VPN pozostają połączone.',
  changedClose: 'Możesz zamknąć tę stronę.',
  invitationTitle: 'To jest zaproszenie',
  invitation:
    'Ten link nie służy do zmiany hasła, lecz do pierwszego skonfigurowania Twojego konta.',
  toEnrollment: 'Przejdź do rejestracji',
  newLink: 'Poproś o nowy link',
  offTitle: 'Tutaj nie można zmienić hasła',
  off: 'Twoja firma wyłączyła tę stronę. Nowe hasło może nadać administrator.',
  whomUnknown: 'Skontaktuj się z administratorem.',
}
