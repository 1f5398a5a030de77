import type { Messages } from '../en.js'
import { formatDuration } from '../format.js'

export const secondFactor: Messages['secondFactor'] = {
  // on the password page
  want: 'Dodaj drugi składnik logowania',
  wantHint:
    'Konto będzie bezpieczne nawet wtedy, gdy ktoś pozna Twoje hasło. Zajmie to około minuty dłużej.',
  demanded: 'Ta firma wymaga drugiego składnika logowania',
  demandedText: 'Po wybraniu hasła skonfigurujesz go na następnej stronie.',
  ready: 'Drugi składnik logowania jest gotowy',
  passwordForgotten:
    'Dla Twojego bezpieczeństwa po odświeżeniu strony hasło nie zostało zachowane. Wpisz je jeszcze raz.',
  // the choice
  chooseTitle: 'Wybierz drugi składnik logowania',
  chooseIntro: 'Przy logowaniu potwierdzasz nim, że to naprawdę Ty.',
  app: 'Aplikacja uwierzytelniająca',
  appDetail: 'Aplikacja na telefonie co 30 sekund pokazuje nowy kod, także bez sieci.',
  mail: 'Kody wysyłane e-mailem',
  mailDetail: (email: string) => `Za każdym razem wyślemy kod na adres ${email}.`,
  // the set-up
  appTitle: 'Skonfiguruj aplikację uwierzytelniającą',
  mailTitle: 'Wpisz kod z wiadomości',
  repeatTitle: 'Nowe kody odzyskiwania',
  repeatIntro:
    'Drugi składnik jest skonfigurowany, ale kodów odzyskiwania nie ma już na tej stronie. Wpisz nowy kod, aby otrzymać inne; pokazane wcześniej przestaną wtedy działać.',
  install: 'Przygotuj aplikację uwierzytelniającą',
  installText:
    'Może to być dowolna aplikacja do kodów jednorazowych. Potrafi to też wiele menedżerów haseł.',
  scan: 'Zeskanuj nią ten kod',
  qr: 'Kod QR dla aplikacji uwierzytelniającej',
  openHere: 'Albo otwórz go w aplikacji na tym urządzeniu',
  byHand: 'Nie możesz go zeskanować?',
  byHandText: 'Wpisz w aplikacji ten klucz:',
  key: 'Klucz',
  enter: 'Wpisz to, co pokazuje aplikacja',
  code: 'Sześciocyfrowy kod',
  codeInvalid: 'Kod ma sześć cyfr.',
  appCodeWrong:
    'Ten kod jest nieprawidłowy. Każdy działa tylko przez chwilę i tylko raz: poczekaj na następny. Jeśli to nie pomaga, włącz w telefonie automatyczne ustawianie czasu.',
  mailCodeWrong:
    'Ten kod jest nieprawidłowy albo już nieważny. Weź najnowszą wiadomość albo poproś o inny kod.',
  secretRenewed:
    'Było zbyt wiele błędnych kodów, więc jest nowy klucz. Usuń wpis z aplikacji i zeskanuj kod jeszcze raz.',
  lost: 'Inne okno tej przeglądarki przejęło Twoją rejestrację i drugi składnik przepadł. Skonfiguruj go jeszcze raz; wpis, który jest już w aplikacji, można usunąć.',
  mailed: (email: string) => `Wysłaliśmy kod na adres ${email}. Jest ważny przez kilka minut.`,
  mailAgain: 'Wyślij inny kod',
  mailAgainIn: (seconds: number) =>
    `O inny kod możesz poprosić, gdy minie: ${formatDuration('pl', seconds)}.`,
  noMail:
    'Nic nie przyszło? Zajrzyj do folderu ze spamem. Jeśli to nie Twój adres, wróć i wybierz aplikację.',
  retry: 'Spróbuj ponownie',
  // the recovery codes
  codesTitle: 'Zapisz kody odzyskiwania',
  codesIntro:
    'Gdy zabraknie Ci drugiego składnika, każdy z tych kodów pozwoli zalogować się jeden raz. Są pokazywane tylko teraz.',
  codes: 'Kody odzyskiwania',
  copyCodes: 'Kopiuj kody odzyskiwania',
  download: 'Pobierz',
  print: 'Drukuj',
  file: 'kody-odzyskiwania.txt',
  fileTitle: (instance: string, login: string) => `Kody odzyskiwania dla ${login} w ${instance}`,
  saved: 'Kody są zapisane',
  savedHint: 'W menedżerze haseł lub na papierze, ale nie na urządzeniu, które pokazuje Ci kody.',
  notSaved: 'Najpierw zapisz kody i zaznacz to pole.',
  activate: 'Utwórz konto',
  // elsewhere
  step: 'Ustaw hasło i drugi składnik logowania',
}
