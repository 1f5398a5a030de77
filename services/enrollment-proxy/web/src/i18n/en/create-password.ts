export const password = {
  title: 'Create your password',
  intro: 'You use it together with your login. A few unrelated words make a good password.',
  login: 'Login',
  password: 'New password',
  repeat: 'Repeat the password',
  show: 'Show what I type',
  hide: 'Hide what I type',
  strength: {
    weak: 'Strength: weak. Make it longer.',
    fair: 'Strength: fair. A little longer would be better.',
    good: 'Strength: good.',
    strong: 'Strength: strong.',
  },
  noStrength: 'Strength',
  rules: 'What your password needs',
  ruleLength: 'At least 8 characters',
  ruleMaximum: 'At most 128 characters',
  rulePersonal: 'Not your name, your e-mail address or the name of the company',
  ruleSame: 'The same in both fields',
  ruleMet: 'met',
  ruleUnmet: 'not met yet',
  tooShort: 'Please use at least 8 characters.',
  refusedShort: 'It is too short for the rules of this company. Please make it longer.',
  tooLong: 'Please use at most 128 characters.',
  personal:
    'It is your name, your e-mail address or the name of the company. Please choose another.',
  common:
    'It is one of the most common passwords, which attackers try first. Please choose another.',
  different: 'The two passwords are not the same.',
  mfaMissing:
    'You began to set up a second factor in the app. Please finish there, or start again from the link.',
  titleDone: 'Your password is set',
  done: 'Your account is ready. You can change the password later, but not here.',
  alreadyActivated:
    'Your account was set up already, in another window or in the app. The password from there is valid; the one you have just typed was not used.',
}
