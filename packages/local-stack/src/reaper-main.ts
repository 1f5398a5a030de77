import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { endProcess } from './processes.js'
import type { ReaperOrder } from './reaper.js'

const STOP_TIMEOUT_MS = 20_000

const processes = new Map<number, NodeJS.Signals>()
const folders = new Set<string>()

// The kernel closes our input when the process that started us dies, even by kill -9.
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as ReaperOrder
  if ('adopt' in order) processes.set(order.adopt, order.signal)
  else if ('forget' in order) processes.delete(order.forget)
  else folders.add(order.remove)
}

// Youngest first, one after the other: the database outlives those who use it.
for (const [pid, signal] of [...processes].reverse()) {
  await endProcess(pid, signal, STOP_TIMEOUT_MS)
}
for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
