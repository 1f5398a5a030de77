import type { CoreClient } from '../core-client.js'
import {
  CreateDeviceBody,
  DeviceConfigReply,
  EmptyReply,
  NetworkInfoBody,
  PollBody,
  PollReply,
  RegisterMobileBody,
} from './contract.js'
import type { SessionCookie } from './cookies.js'
import { post, type Route } from './routes.js'

const tag = 'Devices'

export function deviceRoutes(core: CoreClient, cookie: SessionCookie): Route[] {
  return [
    post(
      '/enrollment/create_device',
      {
        tag,
        summary: 'Add a device, with its configuration for every location',
        body: CreateDeviceBody,
        reply: DeviceConfigReply,
        session: cookie,
        refusals: [400, 404],
      },
      async (body, { session, caller }) =>
        (await core.createDevice(session, body, caller)).device_config,
    ),

    post(
      '/enrollment/network_info',
      {
        tag,
        summary: 'The configuration of a device that the person has, and a new polling token',
        body: NetworkInfoBody,
        reply: DeviceConfigReply,
        session: cookie,
        refusals: [400, 404],
      },
      async ({ pubkey }, { session, caller }) =>
        (await core.getNetworkInfo(session, pubkey, caller)).device_config,
    ),

    post(
      '/enrollment/register_mobile',
      {
        tag,
        summary: "Keep a mobile client's authentication key with one of the person's devices",
        body: RegisterMobileBody,
        reply: EmptyReply,
        session: cookie,
        refusals: [400],
      },
      ({ auth_pub_key: auth, device_pub_key: device }, { session, caller }) =>
        core.registerMobileAuth(session, { auth, device }, caller),
    ),

    post(
      '/poll',
      {
        tag,
        summary: 'The configuration of the device that a polling token belongs to, as of now',
        body: PollBody,
        reply: PollReply,
        refusals: [403],
      },
      ({ token }, { caller }) => core.poll(token, caller),
    ),
  ]
}
