import { parseArgs } from 'node:util'
import { type CoreConfig, splitName } from './config.js'
import { createCore } from './core.js'

/**
 * The one-shot command that makes the first admin, or gives the existing one a new password. The
 * password is printed once, to this terminal and never to a log.
 */
export async function bootstrapAdmin(
  config: CoreConfig,
  args: readonly string[],
  print: (text: string) => void,
): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { email: { type: 'string' }, name: { type: 'string' }, json: { type: 'boolean' } },
  })
  const contact = {
    ...config.firstAdmin.contact,
    ...(values.email === undefined ? {} : { email: values.email }),
    ...(values.name === undefined ? {} : splitName(values.name)),
  }
  const core = createCore({
    ...config,
    logLevel: 'silent',
    firstAdmin: { password: undefined, contact },
  })
  try {
    const account = await core.bootstrapAdmin()
    print(
      values.json
        ? `${JSON.stringify(account)}\n`
        : `The account "${account.username}" can administer now. Its password, shown only here:\n\n  ${account.password}\n`,
    )
  } finally {
    await core.stop()
  }
}
