export const lostDevice = {
  notSaved: 'You have not saved it before the page was reloaded? Then its key is gone.',
  again: 'Add the device again',
  remove: 'Your admin can remove the lost one.',
}
