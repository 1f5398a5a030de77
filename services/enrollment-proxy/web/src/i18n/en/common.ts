import { formatDuration } from '../format.js'

const duration = (seconds: number) => formatDuration('en', seconds)

export const common = {
  enrollment: 'Enrollment',
  yourCompany: 'your company',
  back: 'Back',
  next: 'Next',
  loading: 'Just a moment…',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Your browser did not allow copying. Please select the text and copy it.',
  opensInNewTab: '(opens in a new tab)',
  fault:
    'Something went wrong on our side, and nothing was changed. Please try again; if it happens once more, tell your admin.',
  timeLeft: 'Time left',
  duration,
  timeWarning: (seconds: number) => `${duration(seconds)} left.`,
  yourAdmin: 'Your admin',
  steps: 'Steps',
  stepOf: (number: number, total: number, step: string) => `Step ${number} of ${total} · ${step}`,
  stepDone: 'done',
  optional: 'optional',
  pageTitle: (heading: string, instance: string) => `${heading} – ${instance}`,
}

export const steps = {
  welcome: 'Welcome',
  data: 'Data verification',
  password: 'Create password',
  vpn: 'Configure VPN',
  finish: 'Finish',
}
