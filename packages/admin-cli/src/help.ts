import type { Command } from 'commander'

interface Lesson {
  /** What follows the program's name. */
  readonly examples: readonly string[]
  /** What usually comes next, or what is worth knowing. */
  readonly next?: string
}

/** Adds examples, and what comes next, below a command's help. */
export function teach(command: Command, { examples, next }: Lesson): Command {
  const lines = examples.map((example) => `  $ defguard-admin ${example}`)
  return command.addHelpText(
    'after',
    ['', 'Examples:', ...lines, ...(next ? ['', next] : [])].join('\n'),
  )
}

export const TOP_LEVEL_HELP = `
Logging in:
  Run "defguard-admin login" once; the session is kept in a file that only you can read.
  Scripts set DEFGUARD_ADMIN_TOKEN (or DEFGUARD_ADMIN_TOKEN_FILE) to an API token with the scopes they
  need: "defguard-admin api-token create --help". With DEFGUARD_ADMIN_USERNAME and
  DEFGUARD_ADMIN_PASSWORD (or _FILE) instead, each run has a session of its own that ends with it.
  DEFGUARD_ADMIN_CORE or --core says where core is: https://…, or http://… on this machine.

First steps:
  $ defguard-admin login
  $ defguard-admin location create --name Office --address 10.1.1.1/24 --endpoint vpn.example.com --port 51820
  $ defguard-admin user create --username anna --first-name Anna --last-name Doe --email anna@example.com --invite
  $ defguard-admin enrollment list

Exit codes:
  0 done · 1 unexpected · 2 wrong usage · 3 not logged in or not allowed · 4 not found
  5 refused · 6 core cannot be reached · 7 partly done

"defguard-admin <command> --help" explains a command and shows examples.
In a checkout: npx --yes pnpm@10 --silent admin <command>`
