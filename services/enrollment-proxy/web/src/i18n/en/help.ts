export const help = {
  askForLink: 'Ask for a new link',
  asked: 'Done. You can close this page.',
  askedText: (admin: string | undefined) =>
    `If this link was real, ${admin ?? 'the person who invited you'} has been told and can send you a new one. Please look in your mail later.`,
  tryAgain: 'Try again',
  tryAgainText: 'Once your account is switched on again, you can go on with this link.',
  enrolled: 'Your account is ready',
  enrolledText: (login: string) =>
    `You can log in as ${login} with your password. For another device, ask your admin for a link.`,
  readOn: 'Read what comes next',
  late: 'Your time is up, but this device was added in time',
  lateText: 'Save its configuration before you go on: it exists only in this page.',
}
