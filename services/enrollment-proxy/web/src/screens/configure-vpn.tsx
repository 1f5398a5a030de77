import { DeviceAdded } from '../components/device-added.js'
import { DeviceForm } from '../components/device-form.js'
import type { Enrollment } from '../use-enrollment.js'
import type { StepProps } from './step-props.js'

export type ConfigureVpnProps = StepProps & Pick<Enrollment, 'addDevice' | 'unusedKeys'>

/** Step 4: a device with keys made in the page, then its configuration for each location. */
export function ConfigureVpn(props: ConfigureVpnProps) {
  const { device } = props.flow
  return device ? <DeviceAdded {...props} device={device} /> : <DeviceForm {...props} />
}
