import { strToU8, zipSync } from 'fflate'
import type { ConfigFile } from '../flow/config-file.js'
import { saveFile } from './save-file.js'

export function downloadConfig(file: ConfigFile): void {
  // Not text/plain: phones would append .txt to the name.
  saveFile(file.fileName, new Blob([file.text], { type: 'application/octet-stream' }))
}

export function downloadAll(name: string, files: readonly ConfigFile[]): void {
  const entries = Object.fromEntries(files.map((file) => [file.fileName, strToU8(file.text)]))
  saveFile(name, new Blob([zipSync(entries)], { type: 'application/zip' }))
}
