import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

const BYTES_MAX = 20 * 1024 * 1024

/** A log that keeps itself below twice 20 MiB: when it is full, it becomes `<path>.1`. */
export class LogFile {
  #descriptor: number
  #size: number

  constructor(
    readonly path: string,
    private readonly bytesMax = BYTES_MAX,
  ) {
    this.#descriptor = openSync(path, 'a', 0o600)
    this.#size = fstatSync(this.#descriptor).size
  }

  write(chunk: Buffer): void {
    if (this.#size > 0 && this.#size + chunk.length > this.bytesMax) this.#rotate()
    writeSync(this.#descriptor, chunk)
    this.#size += chunk.length
  }

  #rotate(): void {
    closeSync(this.#descriptor)
    renameSync(this.path, `${this.path}.1`)
    this.#descriptor = openSync(this.path, 'a', 0o600)
    this.#size = 0
  }
}
