import { formatDuration } from '../format.js'

export const unreachable = {
  title: 'We are trying to reach the server',
  text: 'It does not answer at the moment. This page keeps trying by itself and goes on where you are; nothing you typed is lost.',
  tryNow: 'Try now',
}

export const tooMany = {
  title: 'Too many attempts',
  text: 'Many requests came from your network in a short time. For safety there is a short break.',
  wait: (seconds: number) => `You can try again in ${formatDuration('en', seconds)}.`,
  ready: 'You can try again now.',
  back: 'Try again',
}

export const broken = {
  title: 'This page did not load completely',
  text: 'Perhaps the connection was lost. Please reload: you come back to the same step.',
  reload: 'Reload the page',
}
