import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { INDEX_HTML, SCRIPT, startTestProxy, type TestProxy } from './_proxy.js'

let proxy: TestProxy

beforeAll(async () => {
  // The wizard is served whether or not there is a core.
  proxy = await startTestProxy(1)
})
afterAll(() => proxy.stop())

it.each([
  ['/'],
  ['/index.html'],
  ['/?token=dge_x'],
  ['/password-reset'],
  ['/download'],
  ['/apis'],
  ['/API/v1/info'],
  ['//api/v1/info'],
  ['/unknown/path.html'],
  ['/../../etc/passwd'],
  ['/..%2f..%2fetc%2fpasswd'],
  ['/%zz'],
  ['/%00'],
  ['/robots.txt/'],
])('opens the wizard at %s', async (path) => {
  const answer = await proxy.get(path)
  expect(answer).toMatchObject({ status: 200, text: INDEX_HTML })
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
})

it('serves the files of the wizard with their types', async () => {
  const script = await proxy.get('/assets/index-Ab12.js')
  expect(script).toMatchObject({ status: 200, text: SCRIPT })
  expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
  const text = await proxy.get('/robots.txt')
  expect(text).toMatchObject({ status: 200, text: 'User-agent: *' })
})

it.each([
  ['/assets/none.js'],
  ['/assets/'],
  ['/assets/../index.html'],
  ['/assets/%2e%2e/index.html'],
])('has no wizard at %s', async (path) => {
  expect(await proxy.get(path)).toMatchObject({ status: 404, json: { error: 'Not found' } })
})

it('answers HEAD with the length and no body', async () => {
  const answer = await proxy.ask('/assets/index-Ab12.js', { method: 'HEAD' })
  expect(answer).toMatchObject({ status: 200, text: '' })
  expect(answer.headers['content-length']).toBe(String(SCRIPT.length))
})

it('compresses for who understands it', async () => {
  const headers = { 'Accept-Encoding': 'gzip, deflate, br' }
  const req = request({
    host: '127.0.0.1',
    port: proxy.port,
    path: '/assets/index-Ab12.js',
    headers,
  })
  req.end()
  const [res] = await once(req, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of res) chunks.push(chunk)
  expect(res.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
  expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(SCRIPT)
})

it('does not boot without a wizard', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'no-wizard-'))
  await expect(startTestProxy(1, { webRoot: empty })).rejects.toThrow('The wizard is not built')
  rmSync(empty, { recursive: true })
  await expect(startTestProxy(1, { webRoot: empty })).rejects.toThrow('cannot be read')
})
