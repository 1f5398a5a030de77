export const handOver = {
  ready: 'Your account is set up',
  devices: 'Your devices:',
  watching: 'A device that you add in the app shows up here by itself.',
}
