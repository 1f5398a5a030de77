import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
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
  if (!existsSync('/dev/net/tun'))
    return 'there is no /dev/net/tun: modprobe tun, or docker run --device /dev/net/tun'
  if (!canMakeInterfaces())
    return 'interfaces in network namespaces are not allowed: docker run --cap-add NET_ADMIN --cap-add SYS_ADMIN'
  return undefined
}

export function isInstalled(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => existsSync(join(folder, program)))
}

function canMakeInterfaces(): boolean {
  const probe = `dg-probe-${process.pid}`
  const ip = (command: string) => execFileSync('ip', command.split(' '), { stdio: 'ignore' })
  try {
    ip(`netns add ${probe}`)
    try {
      ip(`-n ${probe} tuntap add dev probe mode tun`)
    } finally {
      ip(`netns del ${probe}`)
    }
    return true
  } catch {
    return false
  }
}
