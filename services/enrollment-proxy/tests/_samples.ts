import type { DeviceConfigResponse, Enrollment } from '@defguard/proto/enrollment/v1/enrollment'

export const DEADLINE = 1_767_225_600

export const PUBKEY = '7yYOmqPGc68kDReiZgSANhqOCB0f/soqXtDjIZ/BhWc='

const instance = {
  id: '0b0f7e9e-6f0e-4a55-9a0c-0d7b6a4f2f10',
  name: 'Example Corp',
  url: 'https://core.example.com/',
  proxy_url: 'https://enroll.example.com/',
  username: 'jdoe',
  enterprise_enabled: true,
  disable_all_traffic: false,
  openid_display_name: undefined,
  client_traffic_policy: 0,
}

export const enrollment: Enrollment = {
  admin: { name: 'Adam Min', phone_number: '+48 600100200', email: 'adam@example.com' },
  user: {
    first_name: 'Jo',
    last_name: 'Doe',
    login: 'jdoe',
    email: 'jo@example.com',
    phone_number: undefined,
    is_active: true,
    device_names: [],
    enrolled: false,
    is_admin: false,
  },
  deadline_timestamp: DEADLINE,
  final_page_content: '# Welcome to Example Corp',
  instance,
  settings: {
    vpn_setup_optional: true,
    only_client_activation: false,
    admin_device_management: false,
    smtp_configured: true,
    mfa_required: false,
  },
  mfa_finished: false,
}

export const deviceConfig: DeviceConfigResponse = {
  device: { id: 7, name: "Jo's laptop", pubkey: PUBKEY, user_id: 3, created_at: 1_767_225_000 },
  configs: [
    {
      network_id: 1,
      network_name: 'Office',
      config: '[Interface]\nPrivateKey = YOUR_PRIVATE_KEY',
      endpoint: 'vpn.example.com:51820',
      assigned_ip: '10.1.0.7',
      pubkey: 'VIvehxhDt2KjN5O2MU6TnoXZFEsHIwCppUURj1ynWsE=',
      allowed_ips: '10.1.0.0/24,10.2.0.0/16',
      dns: undefined,
      mfa_enabled: false,
      keepalive_interval: 25,
      location_mfa_mode: 1,
      service_location_mode: 1,
    },
  ],
  instance,
  token: 'dgp_TAovyIiz1zyKxwaYaQZNhwONgQ7viA66080dxV',
}

/** A right body for each route that wants one, by its whole path. */
export const BODIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/api/v1/enrollment/start': { token: 'dge_x' },
  '/api/v1/enrollment/activate_user': { password: 'correct horse battery' },
  '/api/v1/enrollment/register-mfa/code/start': { method: 'Totp' },
  '/api/v1/enrollment/register-mfa/code/finish': { method: 'Totp', code: '123456' },
  '/api/v1/enrollment/create_device': { name: "Jo's laptop", pubkey: PUBKEY },
  '/api/v1/enrollment/network_info': { pubkey: PUBKEY },
  '/api/v1/enrollment/register_mobile': { auth_pub_key: PUBKEY, device_pub_key: PUBKEY },
  '/api/v1/enrollment/note': { text: 'My name is misspelt.' },
  '/api/v1/enrollment/request_link': { token: 'dge_x' },
  '/api/v1/poll': { token: 'dgp_x' },
  '/api/v1/password-reset/request': { email: 'jo@example.com' },
  '/api/v1/password-reset/start': { token: 'dgr_x' },
  '/api/v1/password-reset/reset': { password: 'correct horse battery' },
}
