import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Request, Response } from 'express'
import { methodNotAllowed, notFound } from './errors.js'

interface StaticFile {
  readonly type: string
  readonly content: Buffer
  /** Absent where it would save nothing. */
  readonly gzipped: Buffer | undefined
  readonly etag: string
  readonly cacheControl: string
}

export type StaticFiles = ReadonlyMap<string, StaticFile>

const INDEX = '/index.html'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/**
 * Reads the wizard into memory once, by the path it is asked for. A request only ever looks up this
 * map, so no path of any spelling leads out of the folder.
 */
export function readStaticFiles(folder: string): StaticFiles {
  const files = new Map<string, StaticFile>()
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      const path = `/${relative(folder, file).split(sep).join('/')}`
      files.set(path, toStaticFile(path, readFileSync(file)))
    }
  } catch (err) {
    throw new Error(`The wizard's files cannot be read: ${(err as Error).message}.`)
  }
  if (!files.has(INDEX)) throw new Error(`The wizard is not built: ${folder} has no index.html.`)
  return files
}

function toStaticFile(path: string, content: Buffer): StaticFile {
  const gzipped = gzipSync(content, { level: 9 })
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    content,
    gzipped: gzipped.length < content.length ? gzipped : undefined,
    etag: `"${createHash('sha256').update(content).digest('base64url')}"`,
    cacheControl: cacheControlOf(path),
  }
}

function cacheControlOf(path: string): string {
  if (path === INDEX) return 'no-store'
  // Names under assets hold a hash of the content.
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
}

/** Any path without a file is the wizard's, which looks at the address itself. */
export function serveStaticFiles(files: StaticFiles) {
  return (req: Request, res: Response): void => {
    if (req.method !== 'GET' && req.method !== 'HEAD') throw methodNotAllowed('GET, HEAD')
    const file =
      files.get(req.path) ?? (req.path.startsWith('/assets/') ? undefined : files.get(INDEX))
    if (!file) throw notFound()
    send(file, req, res)
  }
}

function send(file: StaticFile, req: Request, res: Response): void {
  res.setHeader('Content-Type', file.type)
  res.setHeader('Cache-Control', file.cacheControl)
  const isKept = file.cacheControl !== 'no-store'
  if (isKept) res.setHeader('ETag', file.etag)
  res.vary('Accept-Encoding')
  if (isKept && req.fresh) {
    res.status(304).end()
    return
  }
  const isGzip = file.gzipped !== undefined && req.acceptsEncodings('gzip') === 'gzip'
  const content = isGzip ? file.gzipped : file.content
  if (isGzip) res.setHeader('Content-Encoding', 'gzip')
  res.setHeader('Content-Length', content.length)
  res.end(content)
}
