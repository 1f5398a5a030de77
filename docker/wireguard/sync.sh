#!/bin/sh
# Brings one interface of a plain WireGuard server in step with its location in core: one run is one
# look, the timer beside this file looks every minute. If core cannot be asked, or its answer does
# not come whole, nothing changes and the run fails. The last answer stays in the state folder, so
# that the server can come up with it while core is away. DEFGUARD_ADMIN_TOKEN_FILE names the file of
# an API token with the scope locations:secret.
# usage: docker/wireguard/sync.sh <interface> <location>
set -eu
umask 077 # the answer holds the server's private key
interface=$1
location=$2
state=${STATE_DIRECTORY:-/var/lib/defguard-wireguard}

is_up() { case " $(wg show interfaces) " in *" $interface "*) ;; *) return 1 ;; esac }

# What the interface has, whoever gave it.
view() {
  wg show "$interface" public-key
  wg show "$interface" listen-port
  wg show "$interface" allowed-ips | sort
}

mkdir -p "$state"
cd "$state"
exec 9>"$interface.lock"
flock 9
trap 'rm -f "$interface.new" "$interface.now"' EXIT

defguard-admin location server-config --sync -- "$location" >"$interface.new"

if ! is_up; then
  mv "$interface.new" "$interface.conf"
  echo "$interface is not up; $state/$interface.conf is what it should have"
  exit
fi
view >"$interface.now"
if cmp -s "$interface.new" "$interface.conf" && cmp -s "$interface.now" "$interface.view"; then
  exit
fi
wg syncconf "$interface" "$interface.new" # sessions of peers that stay go on
mv "$interface.new" "$interface.conf"
view >"$interface.view"
echo "$interface is in step with $location: $(grep -c '^\[Peer\]' "$interface.conf" || true) peers"
