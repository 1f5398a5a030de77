import type { Messages } from '../en.js'

export const help: Messages['help'] = {
  askForLink: 'Poproś o nowy link',
  asked: 'Gotowe. Możesz zamknąć tę stronę.',
  askedText: (admin: string | undefined) =>
    `Jeśli ten link był prawdziwy, ${admin ?? 'osoba, która Cię zaprosiła,'} już o tym wie i może wysłać Ci nowy. Zajrzyj później do poczty.`,
  tryAgain: 'Spróbuj ponownie',
  tryAgainText: 'Gdy Twoje konto zostanie znowu włączone, możesz użyć tego samego linku.',
  enrolled: 'Twoje konto jest gotowe',
  enrolledText: (login: string) =>
    `Możesz logować się jako ${login} swoim hasłem. Aby dodać kolejne urządzenie, poproś administratora o link.`,
  readOn: 'Przeczytaj, co dalej',
  late: 'Czas minął, ale to urządzenie zostało dodane na czas',
  lateText: 'Zapisz jego konfigurację, zanim przejdziesz dalej: istnieje tylko na tej stronie.',
}
