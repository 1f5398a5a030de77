import { strToU8, zipSync } from 'fflate'
import type { ConfigFile } from '../flow/config-file.js'

export function downloadConfig(file: ConfigFile): void {
  // Not text/plain: phones would append .txt to the name.
  download(file.fileName, new Blob([file.text], { type: 'application/octet-stream' }))
}

export function downloadAll(name: string, files: readonly ConfigFile[]): void {
  const entries = Object.fromEntries(files.map((file) => [file.fileName, strToU8(file.text)]))
  download(name, new Blob([zipSync(entries)], { type: 'application/zip' }))
}

function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Safari reads the content after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
