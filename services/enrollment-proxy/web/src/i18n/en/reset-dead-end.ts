export const resetDeadEnd = {
  token_mistyped: {
    title: 'This link is not complete',
    text: 'A character is missing or changed. Please open the link in the mail once more, or copy all of it.',
  },
  token_unknown: {
    title: 'This link is not known here',
    text: 'Perhaps it was cut off in the mail, or it is an old one. Please open it once more, or ask for a new link.',
  },
  token_used: {
    title: 'This link has been used',
    text: 'Its time is over. If you have set a new password with it, that one is valid. If not, ask for a new link.',
  },
  token_expired: {
    title: 'This link has expired',
    text: 'It is good for a limited time, and was not used in it. Your password has not changed.',
  },
  token_revoked: {
    title: 'This link was withdrawn',
    text: 'Usually a newer one has taken its place: look for the latest mail. If there is none, ask for a new link.',
  },
  wrong_token_kind: {
    title: 'This link is for something else',
    text: 'It is valid, but not for setting a new password. Please look for the right mail, or ask for a new link.',
  },
  session_over: {
    title: 'Time is up',
    text: 'To keep your account safe, the new password has to be set in a limited time. If it was not set, the old one is still valid.',
  },
  user_disabled: {
    title: 'This account cannot be used',
    text: 'It is switched off, or it was never set up completely. Please ask your admin.',
  },
}
