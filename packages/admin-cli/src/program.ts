import { OWN_VERSION } from '@defguard/runtime/version'
import { Command } from 'commander'
import { Cli } from './cli.js'
import { addApiTokenCommands } from './commands/api-token.js'
import { addAuditCommands } from './commands/audit.js'
import { addCertCommands } from './commands/cert.js'
import { addDesktopCommands } from './commands/desktop.js'
import { addDeviceCommands } from './commands/device.js'
import { addEnrollmentCommands } from './commands/enrollment.js'
import { addGroupCommands } from './commands/group.js'
import { addKeysCommands } from './commands/keys.js'
import { addLocationCommands } from './commands/location.js'
import { addLoginCommands } from './commands/login.js'
import { addMailCommands } from './commands/mail.js'
import { addMfaCommands } from './commands/mfa.js'
import { addMyCommands } from './commands/my.js'
import { addOnboardingCommands } from './commands/onboarding.js'
import { addPasswordCommand } from './commands/password.js'
import { addSettingsCommands } from './commands/settings.js'
import { addUserCommands } from './commands/user.js'
import { reportFailure } from './failure.js'
import { addGlobalOptions } from './global-options.js'
import { TOP_LEVEL_HELP } from './help.js'
import type { Io } from './io.js'

/** Runs one command and returns its exit code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  // What cannot be parsed has no options yet.
  const isJson = args.includes('--json')
  const program = createProgram(io, isJson)
  const cli = new Cli(program, io)
  addLoginCommands(program, cli)
  addPasswordCommand(program, cli)
  addMfaCommands(program, cli)
  addUserCommands(program, cli)
  addGroupCommands(program, cli)
  addEnrollmentCommands(program, cli)
  addDesktopCommands(program, cli)
  addLocationCommands(program, cli)
  addDeviceCommands(program, cli)
  addMyCommands(program, cli)
  addOnboardingCommands(program, cli)
  addSettingsCommands(program, cli)
  addMailCommands(program, cli)
  addCertCommands(program, cli)
  addApiTokenCommands(program, cli)
  addAuditCommands(program, cli)
  addKeysCommands(program, cli)
  try {
    await program.parseAsync(args, { from: 'user' })
    return cli.exitCode
  } catch (err) {
    return reportFailure(err, io, isJson, helpCommand(program, args))
  }
}

function createProgram(io: Io, isJson: boolean): Command {
  const program = new Command('defguard-admin')
    .description("Administers Defguard Enrollment: a client of core's gRPC API.")
    .version(OWN_VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => {
        if (!isJson) io.stderr.write(text)
      },
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      // One place says why a run failed.
      outputError: () => undefined,
    })
    .addHelpText('after', TOP_LEVEL_HELP)
  addGlobalOptions(program)
  return program
}

/** How to read more about the deepest command that the arguments name. */
function helpCommand(program: Command, args: readonly string[]): string {
  let command = program
  const path = [program.name()]
  for (const word of args) {
    const next = command.commands.find((candidate) => candidate.name() === word)
    if (!next) continue
    command = next
    path.push(word)
  }
  return `${path.join(' ')} --help`
}
