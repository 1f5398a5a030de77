export const data = {
  title: 'Verify your data',
  intro: 'This is what your admin has entered. You can correct your phone number here.',
  introDone: 'This is what we know about you.',
  firstName: 'First name',
  lastName: 'Last name',
  login: 'Login',
  email: 'E-mail',
  phone: 'Phone',
  phoneHint: 'With the country code, for example +48 600 100 200. You may leave it empty.',
  phoneInvalid:
    'A phone number has digits, spaces and + - ( ) . / only, and at most 64 characters.',
  phoneRefused: 'This phone number was not accepted. Please correct it, or leave it empty.',
  noPhone: 'none',
  wrong: 'Something is wrong?',
  wrongSubject: (login: string) => `My data is not correct (${login})`,
}
