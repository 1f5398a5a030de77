import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { dirname, join, matchesGlob } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const DOCKERFILE = join(ROOT, 'docker/Dockerfile')

/** An image as a plain folder: what its container would have below /app, and how it would run it. */
export interface Image {
  readonly workdir: string
  readonly command: readonly string[]
  readonly healthCheck: readonly string[]
}

/** Copies what the Dockerfile's ignore file lets into a build, and nothing else. */
export async function copyBuildContext(to: string): Promise<void> {
  const lines = readFileSync(`${DOCKERFILE}.dockerignore`, 'utf8').split('\n')
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'))
  const [first, ...rest] = patterns
  if (first !== '*') throw new Error('The ignore file must begin with everything.')
  const allowed = rest.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  const ignored = rest.filter((line) => !line.startsWith('!')).map((line) => join(ROOT, line))
  const filter = (path: string) => !ignored.some((pattern) => matchesGlob(path, pattern))
  for (const path of allowed) {
    await mkdir(dirname(join(to, path)), { recursive: true })
    await cp(join(ROOT, path), join(to, path), { recursive: true, filter })
  }
}

/** Carries out the Dockerfile's own lines for one target, with folders in place of `/src` and `/app`. */
export async function buildImage(target: string, source: string, app: string): Promise<Image> {
  const build = readStage(`build-${target}`)
  const stage = readStage(target)
  const run = one(build, /^RUN (.*)$/m)
  const env = { ...process.env, CI: 'true' }
  await promisify(execFile)('sh', ['-ec', run.replace('/out', app)], { cwd: source, env })
  const place = (path: string) => path.replace(/^\/app/, app)
  const workdir = place(one(stage, /^WORKDIR (.*)$/m))
  const copies = [...stage.matchAll(/^COPY (?!--)(\S+) (\S+)$/gm)]
  for (const [, from = '', to = ''] of copies) await cp(join(source, from), join(workdir, to))
  return {
    workdir,
    command: JSON.parse(one(stage, /^(?:CMD|ENTRYPOINT) (\[.*\])$/m)),
    healthCheck: JSON.parse(/^HEALTHCHECK .*CMD (\[.*\])$/m.exec(stage)?.[1] ?? '[]'),
  }
}

export function readStage(name: string): string {
  const stages = readFileSync(DOCKERFILE, 'utf8').split(/^(?=FROM )/m)
  const stage = stages.find((text) => new RegExp(`^FROM \\S+ AS ${name}\n`).test(text))
  if (stage === undefined) throw new Error(`The Dockerfile has no stage ${name}.`)
  return stage
}

function one(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new Error(`No line like ${pattern} in:\n${text}`)
  return found
}
