#!/usr/bin/env bash
# Builds the programs of a Kubernetes cluster into the folder given as $1, from Go modules: about six minutes on two cores, and kept. The modules
# of Kubernetes refer to one another by folders that only its repository has; the staged modules of the same version take their place.
set -euo pipefail
version=1.36.3 etcd=3.6.10
bin=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

main() {
  programs=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)
  cd "$work"
  local source
  source=$(go mod download -json "k8s.io/kubernetes@v$version" | sed -nE 's/^\s*"Dir": "(.*)",?$/\1/p')
  {
    printf 'module cluster\n\ngo 1.26.0\n\nrequire k8s.io/kubernetes v%s\n\nreplace (\n' $version
    grep -oE '^\s+k8s.io/[a-z0-9-]+ => ./staging' "$source/go.mod" | awk -v v="v0.${version#1.}" '{print "\t"$1" => "$1" "v}'
    echo ')'
  } >go.mod
  wanting "${programs[@]/#/k8s.io/kubernetes/cmd/}"
  local p=k8s.io/component-base/version
  # Without its version an API server will not talk to a kubelet.
  build "$bin/" "-X $p.gitVersion=v$version -X $p.gitMajor=1 -X $p.gitMinor=${version:2:2}" "${programs[@]/#/k8s.io/kubernetes/cmd/}"
  mkdir etcd
  cd etcd
  printf 'module cluster\n\ngo 1.26.0\n\nrequire go.etcd.io/etcd/server/v3 v%s\n' $etcd >go.mod
  wanting go.etcd.io/etcd/server/v3
  build "$bin/etcd" '' go.etcd.io/etcd/server/v3
}

# What is to be built has to be imported by somebody, so that its own dependencies are found.
wanting() {
  printf '//go:build tools\n\npackage cluster\n\nimport (\n' >tools.go
  printf '\t_ "%s"\n' "$@" >>tools.go
  echo ')' >>tools.go
  go mod tidy
}

build() {
  local to=$1 flags=$2
  shift 2
  CGO_ENABLED=0 nice go build -trimpath -ldflags "-s -w $flags" -o "$to" "$@"
}

main
