export const deadEnd = {
  token_unknown: {
    title: 'This link is not known here',
    text: 'Perhaps it was cut off in the mail. Please open it once more, or copy the whole token.',
  },
  token_used: {
    title: 'This link has been used',
    text: 'Its time is over. If you have finished your enrollment, everything is fine and there is nothing left to do. If not, ask for a new link.',
  },
  token_expired: {
    title: 'This link has expired',
    text: 'An invitation is good for a limited time, and this one was not used in it. Please ask for a new link.',
  },
  token_revoked: {
    title: 'This link was withdrawn',
    text: 'Usually a newer invitation has taken its place: look for the latest mail. If there is none, ask for a new link.',
  },
  wrong_token_kind: {
    title: 'This link is for something else',
    text: 'It is a valid token, but not one for an enrollment. Please look for your invitation mail.',
  },
  session_over: {
    title: 'Time is up',
    text: 'To keep your account safe, an enrollment has to be completed in a limited time. What you completed stays; for the rest, please ask for a new link.',
  },
  user_disabled: {
    title: 'Your account is switched off',
    text: 'An admin has disabled it, so the enrollment cannot go on. Please ask your admin.',
  },
  whom: 'This person can help you:',
  whomUnknown: 'Please contact the person who invited you.',
  otherToken: 'Enter another token',
}
