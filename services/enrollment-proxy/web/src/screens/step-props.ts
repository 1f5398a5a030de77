import type { Dispatch } from 'react'
import type { Enrolling } from '../flow/flow.js'
import type { FlowEvent } from '../flow/next.js'

/** What each of the five steps is given. */
export interface StepProps {
  readonly flow: Enrolling
  /** "Step 2 of 5 · Data verification" */
  readonly eyebrow: string
  readonly dispatch: Dispatch<FlowEvent>
  readonly onBack: (() => void) | undefined
  readonly onNext: () => void
}
