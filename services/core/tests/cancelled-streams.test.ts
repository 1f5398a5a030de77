import type { VerifyAuditResponse } from '@defguard/proto/admin/v1/audit'
import type { ClientReadableStream } from '@grpc/grpc-js'
import { afterAll, beforeAll, it } from '@jest/globals'
import { verify } from './_audit.js'
import { startTestCore, type TestCore, waitFor } from './_core.js'

/*
 * A fuzzer gave up streams at odd moments, and then core verified the audit log for nobody any more: a
 * piece that came when the call was over waited for ever for somebody to read it.
 */

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

it('goes on for others when a stream is given up, at whatever moment', async () => {
  for (let i = 0; i < 60; i++) {
    const call = core.clients.verifyAudit() as ClientReadableStream<VerifyAuditResponse>
    const over = new Promise((resolve) => call.on('error', resolve).on('end', resolve).resume())
    setTimeout(() => call.cancel(), i / 5)
    await over
  }
  await waitFor(async () => (await verify(core).catch(() => undefined)) && true)
})
