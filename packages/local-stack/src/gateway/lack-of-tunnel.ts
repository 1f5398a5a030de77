import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian's packages of the programs that set up interfaces and namespaces. */
const PACKAGES = { ip: 'iproute2', setpriv: 'util-linux', 'wireguard-go': 'wireguard-go' }

/** The end of a sentence on why WireGuard cannot be brought up in a namespace here; undefined where it can. */
export function findLackOfTunnel(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux, in a virtual machine if need be'
  if (process.getuid?.() !== 0)
    return 'it needs root, to make network interfaces: start it with sudo'
  for (const [program, name] of Object.entries(PACKAGES))
    if (!isInstalled(program)) return `${program} is not installed: apt install ${name}`
  if (!canOpen('/dev/net/tun'))
    return 'there is no /dev/net/tun: modprobe tun, or give it to the container (docker run --device /dev/net/tun --cap-add NET_ADMIN)'
  if (!canMakeNamespaces())
    return 'network namespaces are not allowed: a container needs --cap-add SYS_ADMIN'
  return undefined
}

export function isInstalled(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => existsSync(join(folder, program)))
}

function canOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

function canMakeNamespaces(): boolean {
  const probe = `dg-probe-${process.pid}`
  try {
    execFileSync('ip', ['netns', 'add', probe], { stdio: 'ignore' })
    execFileSync('ip', ['netns', 'del', probe], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
