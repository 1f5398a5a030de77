import { DeviceAdded } from '../components/device-added.js'
import { DeviceForm } from '../components/device-form.js'
import type { Enrollment } from '../use-enrollment.js'
import type { StepProps } from './step-props.js'

export type ConfigureVpnProps = StepProps & Pick<Enrollment, 'addDevice' | 'unusedKeys'>

/** Step 4: a device with keys made in the page, then its configuration for each location. */
export function ConfigureVpn(props: ConfigureVpnProps) {
  const { flow, eyebrow, dispatch, onBack, onNext } = props
  if (!flow.device) return <DeviceForm {...props} />
  return (
    <DeviceAdded
      device={flow.device}
      eyebrow={eyebrow}
      onBack={onBack}
      onNext={onNext}
      onAnother={() => dispatch({ type: 'another_device' })}
    />
  )
}
