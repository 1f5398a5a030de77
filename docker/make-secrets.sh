#!/bin/sh
# Makes docker/secrets: random secrets, and a private CA with one certificate per part. What is there
# already stays. For new certificates remove docker/secrets/*.crt and run it again.
# DEFGUARD_CORE_NAME is a further name of core, by which gateways on other machines reach it.
# usage: docker/make-secrets.sh [folder]
set -eu
umask 077
folder=${1:-$(dirname "$0")/secrets}
days=825
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

random() { openssl rand -hex "$1"; }
new_key() {
  rm -f "$1"
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null
}

# certificate <name> <extended key usage> [role] [further name]: names the service as the other containers call it,
# and says for core and its callers what they may be.
certificate() {
  new_key "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=$1" -out request.csr
  printf '%s\n' "subjectAltName=DNS:$1,DNS:localhost${3:+,URI:urn:defguard:role:$3}${4:+,DNS:$4}" \
    "extendedKeyUsage=$2" \
    'keyUsage=critical,digitalSignature' 'basicConstraints=critical,CA:FALSE' >extensions
  rm -f "$1.crt"
  openssl x509 -req -in request.csr -CA new-ca.crt -CAkey ca.key -days "$days" \
    -extfile extensions -out "$1.crt" 2>/dev/null
}

[ -e secret-key ] || random 48 >secret-key
[ -e superuser-password ] || random 24 >superuser-password
[ -e database-password ] || random 24 >database-password
password=$(cat database-password)
rm -f database-url
printf 'postgresql://defguard:%s@postgres:5432/defguard?sslmode=verify-full&sslrootcert=/run/secrets/ca.crt\n' \
  "$password" >database-url

if [ ! -e ca.crt ]; then
  new_key ca.key
  openssl req -new -x509 -key ca.key -subj '/CN=Defguard private CA' -days "$days" \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign' \
    -out new-ca.crt
  # Core is a client, too, for its own health check.
  certificate core serverAuth,clientAuth core "${DEFGUARD_CORE_NAME:-}"
  certificate postgres serverAuth
  certificate mail serverAuth
  certificate proxy clientAuth proxy
  certificate admin clientAuth admin
  # Without it nobody can make another certificate that core trusts.
  rm -f ca.key request.csr extensions new-ca.srl
  mv new-ca.crt ca.crt # last: a run that was cut short begins again
fi

# The folder keeps other users of this machine out; the containers' users must read the files in it.
chmod 444 ./*
