#!/bin/sh
# Builds one of our programs, from the checkout that it stands in, into a folder that holds it with
# its production dependencies and nothing else. The Dockerfile runs this, and so does a test.
# usage: docker/build.sh <core|enrollment-proxy|admin-cli> <folder>
set -eu
name=$1
out=$2
cd "$(dirname "$0")/.."
case $name in admin-cli) folder=packages/$name ;; *) folder=services/$name ;; esac

npx --yes pnpm@10 install --frozen-lockfile --filter . --filter "@defguard/$name..."
node_modules/.bin/buf generate
node_modules/.bin/tsc -b "$folder"
if [ "$name" = enrollment-proxy ]; then "$folder/node_modules/.bin/vite" build "$folder/web"; fi

for part in packages/proto packages/runtime "$folder"; do
  mkdir -p "$out/$part"
  cp -R "$part/package.json" "$part/dist" "$out/$part/"
done
cp package.json pnpm-lock.yaml pnpm-workspace.yaml "$out/"
cd "$out"
npx --yes pnpm@10 install --frozen-lockfile --prod --filter "@defguard/$name..."
rm pnpm-lock.yaml pnpm-workspace.yaml
