#!/usr/bin/env bash
# Debian and Node from their packages, as a tar of a root file system: what `node:24-bookworm-slim` is made of, for machines that can pull no image.
# Only tests use it. It trusts the certificates that this machine trusts, so that npm works behind the proxy of a build machine.
#   build-base.sh FILE.tar
set -euo pipefail

target=$1
[ -f "$target" ] && exit
repository=$(cd "$(dirname "$0")/../../.." && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

debootstrap --variant=minbase --include=ca-certificates,libstdc++6,tini bookworm "$root" >"$root.log" 2>&1 || { tail -20 "$root.log" >&2; exit 1; }
rm -f "$root.log"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,locale}
find "$root/usr/share/man" -type f -delete
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"

# The same Node that npm brings to this repository; npm itself stands in the Node image, so it comes beside it.
install -m 0755 "$repository"/node_modules/node-linux-*/bin/node "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib"
npm install --silent --no-save --prefix "$root/usr/local/lib" --ignore-scripts npm@11
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
chroot "$root" sh -c 'groupadd -g 1000 node && useradd -u 1000 -g node -s /bin/bash -m node'

mkdir -p "$(dirname "$target")"
tar -C "$root" -cf "$target.part" .
mv "$target.part" "$target"
