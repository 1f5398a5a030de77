import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { MINUTE_MS } from '../../../core/tests/_core.js'
import { type Pair, PUBLIC_URL, startPair } from '../_pair.js'
import { Dg } from './_dg.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
  await pair.core.createLocation('Office', ['10.1.0.1/24', 'fd00:1::1/64'])
  await pair.core.createLocation('Plant', ['10.2.0.1/24'])
})
afterAll(() => pair.stop())

const dg = () => new Dg(pair.send, () => pair.core.time.now)

describe('11.50 dg', () => {
  it('puts its key on the prepared device, gets one configuration and polls it', async () => {
    const client = dg()
    await client.enroll(PUBLIC_URL, await pair.prepareDevice('printer', 'Plant'))
    expect(client.file).toMatchObject({
      device: { name: 'printer' },
      configs: [{ network_name: 'Plant', assigned_ip: '10.2.0.2' }],
    })
    expect(await client.poll()).toBe('same')
    await pair.query(`update location set port = 51821 where name = 'Plant'`)
    expect(await client.poll()).toBe('changed')
    expect(await client.poll()).toBe('same')
  })

  it('may be run again with its token, and then only the last run has the device', async () => {
    const token = await pair.prepareDevice('camera', 'Office')
    const [first, second] = [dg(), dg()]
    await first.enroll(PUBLIC_URL, token)
    await second.enroll(PUBLIC_URL, token)
    expect(second.file?.configs).toEqual(first.file?.configs)
    expect(await second.poll()).toBe('same')
    await expect(first.poll()).rejects.toThrow('invalid token')
    const { devices } = await pair.core.clients.devices.listDevices({
      page: undefined,
      username: '',
      location: 'Office',
    })
    expect(devices).toMatchObject([{ name: 'camera', pubkey: second.file?.device.pubkey }])
  })

  it('writes nothing once its token is over', async () => {
    const token = await pair.prepareDevice('late', 'Office')
    await dg().enroll(PUBLIC_URL, token)
    pair.core.advance(10 * MINUTE_MS)
    const client = dg()
    await expect(client.enroll(PUBLIC_URL, token)).rejects.toThrow('invalid token')
    expect(client.file).toBeUndefined()
  })

  it('works over http where the proxy is configured so, and has no cookie where it is not', async () => {
    const plain = await pair.replica({ publicUrl: 'http://localhost:8080/' })
    const send: typeof pair.send = (url, ask) => plain.ask(new URL(url).pathname, ask)
    const client = new Dg(send, () => pair.core.time.now)
    await client.enroll('http://localhost:8080/', await pair.prepareDevice('loopback', 'Office'))
    const secure = new Dg(
      (url, ask) => pair.proxy.ask(new URL(url).pathname, ask),
      () => pair.core.time.now,
    )
    const token = await pair.prepareDevice('plain', 'Office')
    await expect(secure.enroll('http://enroll.example.com/', token)).rejects.toThrow(
      'Missing authorization header',
    )
  })
})
