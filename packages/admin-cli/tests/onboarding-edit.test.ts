import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OnboardingServiceService } from '@defguard/proto/admin/v1/onboarding'
import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { admin, run, start } from './_cli.js'
import { refusal, TestCore } from './_core.js'
import { ONBOARDING, PREVIEW } from './_samples.js'
import { atTerminal } from './_terminal.js'

const { getOnboarding, setOnboarding, previewOnboarding } = OnboardingServiceService
const EDIT = ['onboarding', 'edit']

let core: TestCore
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'defguard-edit-'))
  core = await new TestCore().start()
  core.answer(getOnboarding, () => ONBOARDING)
  core.answer(setOnboarding, ({ language, texts }) => ({ language, texts, revision: 13 }))
  core.answer(previewOnboarding, ({ texts }) => {
    if (!texts?.page?.includes('{{foo}}')) return PREVIEW
    const violations = [{ field: 'page', message: 'unknown tag: foo (line 2)' }]
    throw refusal(status.INVALID_ARGUMENT, 'page: bad', 'invalid_template', violations)
  })
})
afterEach(() => {
  core.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** An editor that notes what it was given, and writes one text after the other. */
function editor(...texts: string[]): string {
  for (const [at, text] of texts.entries()) writeFileSync(join(folder, `text${at}`), text)
  const script = join(folder, 'editor')
  writeFileSync(
    script,
    `cd '${folder}' && n=$(ls -d seen* 2>/dev/null | wc -l) && cat "$1" > "seen$n" &&
     stat -c '%a %n' "$1" "$(dirname "$1")" > permissions && cat "text$n" > "$1"`,
  )
  return `sh ${script}`
}

const seen = (n = 0) => readFileSync(join(folder, `seen${n}`), 'utf8')
const env = (EDITOR: string) => ({ ...admin(core), EDITOR, TMPDIR: folder, PATH: process.env.PATH })
const drafts = () => readdirSync(folder).filter((name) => name.startsWith('defguard-admin-'))
const saved = () => core.requests(setOnboarding)
/** Where the program says that it has kept a text. */
const keptIn = (shown: string) => /Your text is kept in (\S+)/.exec(shown)?.[1] ?? ''

it('edits the text in force in a private file, saves it and cleans up, without a terminal too', async () => {
  const { code, stdout, stderr } = await run([...EDIT, '--json'], env(editor('# Hi\n')))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({
    kind: 'page',
    language: 'en',
    revision: 13,
    saved: true,
    warnings: [],
  })
  expect(seen()).toBe('Hello {{first_name}}\n')
  expect(saved()).toEqual([
    { language: 'en', texts: { page: '# Hi\n' }, reset: [], expected_revision: 12 },
  ])
  const permissions = readFileSync(join(folder, 'permissions'), 'utf8').split('\n')
  expect(permissions.map((line) => line.split(' ')[0])).toEqual(['600', '700', ''])
  expect(drafts()).toEqual([])
})

it.each([
  ['mail', '# Welcome\n', '# Mine\n', '# Mine\n'],
  ['subject', 'Welcome to {{instance_name}}\n', 'Hello\r\n', 'Hello'],
])('begins with the built-in %s where nothing is stored', async (kind, before, typed, text) => {
  expect((await run([...EDIT, '--kind', kind], env(editor(typed)))).code).toBe(0)
  expect(seen()).toBe(before)
  expect(saved()[0]?.texts).toEqual({ [kind]: text })
})

it('begins with the stored text when it cannot be used, so that it can be mended', async () => {
  const texts = { page: 'Hello {{gone}}', mail: undefined, subject: undefined }
  core.answer(getOnboarding, () => ({ ...ONBOARDING, texts }))
  await run(EDIT, env(editor('Hello\n')))
  expect(seen()).toBe('Hello {{gone}}\n')
})

it('takes an empty file for no text at all', async () => {
  await run(EDIT, env(editor(' \n\n')))
  expect(saved()[0]?.texts).toEqual({ page: '' })
})

it('saves nothing when nothing was changed', async () => {
  const { code, stdout } = await run(EDIT, env(editor('Hello {{first_name}}\n')))
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'It is as it was: nothing was saved.\n' })
  expect(saved()).toEqual([])
  expect(drafts()).toEqual([])
})

it('shows what is wrong, goes on with what was typed, and saves only what the person has seen', async () => {
  const command = editor('a\n{{foo}}\n', 'a\nb\n', 'a\nc\n')
  // Mend it; not yet; but go on; save.
  const { code, shown } = await atTerminal(EDIT, ['y', 'n', 'y', 'y'], env(command))
  expect(code).toBe(0)
  expect(shown).toContain('page: unknown tag: foo (line 2)')
  expect([seen(1), seen(2)]).toEqual(['a\n{{foo}}\n', 'a\nb\n'])
  const before = shown.slice(0, shown.indexOf('Save it?'))
  expect(before).toContain('── Mail ──\nHi\n')
  expect(saved()).toMatchObject([{ texts: { page: 'a\nc\n' } }])
})

it('keeps what was typed when the person stops, and says where', async () => {
  const { code, shown } = await atTerminal(EDIT, ['n', 'n'], env(editor('mine\n')))
  expect(code).toBe(5)
  const path = keptIn(shown)
  expect(readFileSync(path, 'utf8')).toBe('mine\n')
  expect(saved()).toEqual([])
  rmSync(join(path, '..'), { recursive: true })
})

it('keeps what was typed when it is refused and nobody can be asked', async () => {
  const { code, stderr } = await run(EDIT, env(editor('{{foo}}\n')))
  expect(code).toBe(5)
  expect(stderr).toContain('  page: unknown tag: foo (line 2)\n')
  expect(readFileSync(keptIn(stderr), 'utf8')).toBe('{{foo}}\n')
})

it('never replaces what somebody else has saved meanwhile', async () => {
  core.answer(setOnboarding, () => {
    throw refusal(status.ABORTED, 'it was changed meanwhile', 'changed_meanwhile')
  })
  const { code, stderr } = await run([...EDIT, '--json'], env(editor('mine\n')))
  expect(code).toBe(5)
  const { reason, error } = JSON.parse(stderr)
  expect(reason).toBe('changed_meanwhile')
  expect(readFileSync(keptIn(error), 'utf8')).toBe('mine\n')
})

it('stops when the editor fails, and throws away only what nobody has typed', async () => {
  const untouched = await run(EDIT, env('false'))
  expect(untouched.code).toBe(5)
  expect(untouched.stderr).toBe('error: The editor (false) ended with 1, so nothing was saved.\n')
  expect(drafts()).toEqual([])
  const touched = await run(EDIT, env('echo typed | tee'.concat(' "$1"; false')))
  expect(readFileSync(keptIn(touched.stderr), 'utf8')).toBe('typed\n')
  expect(saved()).toEqual([])
})

it('prefers VISUAL to EDITOR and lets the shell take it apart', async () => {
  const variables = { ...env('false'), VISUAL: `GREETING=Hi sh -c 'echo "$GREETING  you" > "$0"'` }
  expect((await run(EDIT, variables)).code).toBe(0)
  expect(saved()[0]?.texts).toEqual({ page: 'Hi  you\n' })
})

it('says so when no editor is known, before it asks core for anything', async () => {
  const { code, stderr } = await run(EDIT, env(' '))
  expect(code).toBe(2)
  expect(stderr).toContain('No editor is known: VISUAL and EDITOR are empty.')
  expect(core.requests(getOnboarding)).toEqual([])
})

it('keeps what was typed when it is interrupted', async () => {
  const isTyped = join(folder, 'typed')
  const child = start(EDIT, env(`echo typed > "$1"; touch ${isTyped}; exec sleep 60 #`))
  const shown: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => shown.push(chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const look = setInterval(() => {
    if (!existsSync(isTyped)) return
    clearInterval(look)
    child.kill('SIGINT')
  }, 20)
  expect(await ended).toBe(130)
  expect(readFileSync(keptIn(Buffer.concat(shown).toString()), 'utf8')).toBe('typed\n')
})
