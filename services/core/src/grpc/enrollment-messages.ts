import {
  type DeviceConfigResponse,
  type Enrollment as EnrollmentMessage,
  type GetInstanceResponse,
  type InstanceInfo,
  MfaMethod as MfaMethodMessage,
} from '@defguard/proto/enrollment/v1/enrollment'
import type { DeviceDescription } from '../app/device-configs.js'
import type { Enrollment } from '../app/enrollment.js'
import type { EnrollmentView } from '../app/enrollment-view.js'
import { isPasswordResetOffered } from '../app/instance-settings.js'
import type { Instance } from '../domain/instance.js'
import type { MfaMethod } from '../domain/mfa.js'
import { toUnixSeconds } from './timestamps.js'

const NO_TRAFFIC_POLICY = 0
const MFA_DISABLED = 1
const SERVICE_LOCATION_DISABLED = 1

export function toEnrollment(view: EnrollmentView): EnrollmentMessage {
  const { admin, user, settings } = view
  return {
    admin: { name: admin.name, phone_number: admin.phone ?? undefined, email: admin.email },
    user: {
      first_name: user.firstName,
      last_name: user.lastName,
      login: user.username,
      email: user.email,
      phone_number: user.phone ?? undefined,
      is_active: user.isActive,
      device_names: [...view.deviceNames],
      enrolled: user.passwordHash !== null,
      is_admin: user.groups.some((group) => group.role === 'admin'),
    },
    deadline_timestamp: toUnixSeconds(view.deadline),
    final_page_content: view.finalPage.text,
    instance: toInstanceInfo(view.instance, user.username),
    settings: {
      vpn_setup_optional: settings.enrollmentVpnStepOptional,
      only_client_activation: settings.onlyClientActivation,
      admin_device_management: settings.adminDeviceManagement,
      smtp_configured: view.isSmtpConfigured,
      mfa_required: settings.enrollmentMfaRequired,
    },
    mfa_finished: view.isMfaFinished,
  }
}

export function toInstanceInfo(instance: Instance, username: string): InstanceInfo {
  return {
    id: instance.id,
    name: instance.name,
    url: instance.url,
    proxy_url: instance.proxyUrl,
    username,
    enterprise_enabled: true,
    disable_all_traffic: false,
    openid_display_name: undefined,
    client_traffic_policy: NO_TRAFFIC_POLICY,
  }
}

/** With a polling token, unless the client keeps the one it has. */
export function toDeviceConfigResponse(
  description: DeviceDescription & { readonly pollingToken?: string },
): DeviceConfigResponse {
  const { device } = description
  return {
    device: {
      id: device.id,
      name: device.name,
      pubkey: device.publicKey,
      user_id: device.ownerId,
      created_at: toUnixSeconds(device.createdAt),
    },
    configs: description.configs.map((config) => ({
      network_id: config.locationId,
      network_name: config.locationName,
      config: config.config,
      endpoint: config.endpoint,
      assigned_ip: config.addresses.join(','),
      pubkey: config.publicKey,
      allowed_ips: config.allowedIps.join(','),
      dns: config.dns.length > 0 ? config.dns.join(',') : undefined,
      mfa_enabled: false,
      keepalive_interval: config.keepaliveInterval,
      location_mfa_mode: MFA_DISABLED,
      service_location_mode: SERVICE_LOCATION_DISABLED,
    })),
    instance: toInstanceInfo(description.instance, description.username),
    token: description.pollingToken,
  }
}

const MFA_METHODS: Readonly<Partial<Record<MfaMethodMessage, MfaMethod>>> = {
  [MfaMethodMessage.TOTP]: 'totp',
  [MfaMethodMessage.EMAIL]: 'email',
}

/** Undefined for a method that only later clients know. */
export function toMfaMethod(method: MfaMethodMessage): MfaMethod | undefined {
  return MFA_METHODS[method]
}

export function toInstanceResponse(
  settings: Awaited<ReturnType<Enrollment['instance']>>,
): GetInstanceResponse {
  const hasContact = settings.supportContactName !== null || settings.supportContactEmail !== null
  return {
    name: settings.instanceName,
    logo: settings.logo ?? undefined,
    accent_color: settings.accentColor ?? undefined,
    password_reset_enabled: isPasswordResetOffered(settings),
    contact: hasContact
      ? {
          name: settings.supportContactName ?? settings.instanceName,
          email: settings.supportContactEmail ?? '',
          phone_number: settings.supportContactPhone ?? '',
        }
      : undefined,
  }
}
