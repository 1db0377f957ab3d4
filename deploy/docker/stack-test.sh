#!/usr/bin/env bash
# The whole stack on a real container engine: our images built, docker-compose.yml up, one command through it, down.
#
#   DOCKER_HOST=unix://… [ENGINE_NAMESPACE=PID] deploy/docker/stack-test.sh
#
# With ENGINE_NAMESPACE the engine sits in the network namespace of that process, where there is no way out. The base image, Kafka and
# PostgreSQL are then built from the same software under their real names instead of being pulled, and only while images are
# built is there a way to the package registries.
set -euo pipefail
cd "$(dirname "$0")/../.."

export DOCKER_BUILDKIT=1 COMPOSE_PROJECT_NAME=chasqui-stack-test CHASQUI_PORT=${CHASQUI_PORT:-7400}
docker=$(command -v /usr/bin/docker || command -v docker) # Debian's client has BuildKit inside; a newer one without its plugin has not.
ours=label=com.docker.compose.project=$COMPOSE_PROJECT_NAME
work=$(mktemp -d)
export DOCKER_CONFIG=$work/config

main() {
  trap clean_up EXIT
  if [ -n "${ENGINE_NAMESPACE:-}" ]; then
    open_way_out
    build_stand_ins
    build_images
    close_way_out
  else
    build_images
  fi
  echo "solo answers: $(echo '!echo:echo hello' | $docker run --rm -i chasqui-solo 2>/dev/null)"
  echo "adapter-slack asks for: $($docker run --rm chasqui-adapter-slack 2>&1 | sed -n 's/^  - \(SLACK_[A-Z_]*\): .*/\1/p' | paste -sd,)"
  compose up -d --no-build
  wait_until_healthy
  echo "api answers: $(in_namespace curl -fsS "http://127.0.0.1:$CHASQUI_PORT/health/ready")"
  for tag in dc=fra dc=ams; do
    echo "$tag answers: $(chasqui run "net:where --on $tag")"
  done
  echo "adapters: $(chasqui adapter list | sed -n '2s/ .*//p')"
  echo "audit log: $(chasqui audit verify | sed -n '1s/:.*//p')"
  echo "api warns of its role: $(docker-compose logs --no-color api 2>/dev/null | grep -c 'could change the audit log' || true)"
  docker-compose run --rm -T -e CHASQUI_AUDIT_KEEP=1s migrate node services/api/dist/main.js prune-audit >"$work/prune.log" 2>&1 || { cat "$work/prune.log" >&2; return 1; }
  echo "audit log when pruned: $(chasqui audit verify | sed -n '1s/:.*//p')"
  echo "memory: $($docker stats --no-stream --format '{{.Name}} {{.MemUsage}}' | sed 's/ \/.*//; s/chasqui-stack-test_//' | sort | paste -sd,)"
  compose down --volumes --timeout 20
  echo "left behind: $($docker ps -aq --filter "$ours" | wc -l) containers, $($docker volume ls -q --filter "$ours" | wc -l) volumes"
  echo "npm test uses: $(test_servers)"
}

build_images() {
  for target in api relay adapter-slack solo; do
    say "building chasqui-$target"
    build --target "$target" --tag "chasqui-$target" .
  done
}

build_stand_ins() {
  deploy/docker/stand-ins/build-base.sh .cache/stack/base.tar
  $docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' --change 'CMD ["node"]' \
    .cache/stack/base.tar node:24-bookworm-slim >/dev/null
  say 'building stand-ins for kafka and postgres'
  cp -r deploy/docker/stand-ins/kafka "$work/kafka"
  cp -r "$(kafka_jars)" "$work/kafka/libs"
  build --tag "$(image_of kafka)" "$work/kafka"
  build --tag "$(image_of postgres)" deploy/docker/stand-ins/postgres
}

# The jars of the broker that the other tests use.
kafka_jars() {
  local jars=.cache/kafka-4.3.1/libs
  if [ ! -d $jars ]; then
    mvn -q -B -f tools/testbed/src/kafka-pom.xml dependency:copy-dependencies -DoutputDirectory="$work/libs" >&2
    mkdir -p "$(dirname $jars)"
    mv "$work/libs" $jars
  fi
  echo $jars
}

image_of() { sed -n "/^  $1:/,/image:/s/.*image: //p" docker-compose.yml; }

# User-mode networking into the engine's namespace: no interface of this machine is touched, and it ends with this process.
open_way_out() {
  mkfifo "$work/ready"
  slirp4netns --configure --mtu=65520 --disable-host-loopback --ready-fd=3 --netns-type=path "/proc/$ENGINE_NAMESPACE/ns/net" tap0 \
    3>"$work/ready" >/dev/null 2>&1 &
  way_out=$!
  read -rn1 _ <"$work/ready"
}

close_way_out() {
  [ -n "${way_out:-}" ] || return 0
  kill "$way_out"
  wait "$way_out" || true
  way_out=
}

in_namespace() {
  if [ -n "${ENGINE_NAMESPACE:-}" ]; then nsenter --net="/proc/$ENGINE_NAMESPACE/ns/net" "$@"; else "$@"; fi
}

build() { $docker build --progress plain "$@" >"$work/build.log" 2>&1 || { tail -40 "$work/build.log" >&2; return 1; }; }

compose() { docker-compose "$@" >"$work/compose.log" 2>&1 || { cat "$work/compose.log" >&2; return 1; }; }

wait_until_healthy() {
  say 'waiting for the services'
  local waiting
  for _ in $(seq 240); do
    waiting=$($docker ps -a --filter "$ours" --format '{{.Names}} {{.Status}}' |
      grep -v -e '(healthy)' -e '[-_]\(secrets\|migrate\|bootstrap\)[-_].*Exited (0)' || true)
    [ -n "$waiting" ] || return 0
    sleep 0.5
  done
  printf 'not healthy:\n%s\n' "$waiting" >&2
  docker-compose logs --no-color --tail=40 >&2
  return 1
}

# The command line in the API's container, as the first administrator.
chasqui() { docker-compose exec -T api chasqui "$@"; }

# What tests take as their servers where an engine runs that has the images.
test_servers() {
  in_namespace env -u KAFKA_BROKERS -u DATABASE_URL NO_COLOR=1 node_modules/.bin/vitest run tools/testbed/src/servers.test.ts \
    >"$work/servers.log" 2>&1 || { cat "$work/servers.log" >&2; return 1; }
  sed -n 's/^tests use \(.*\) at .*/\1/p' "$work/servers.log" | sort | paste -sd,
}

say() { echo "stack: $*" >&2; }

clean_up() {
  local status=$?
  close_way_out
  [ $status = 0 ] || docker-compose down --volumes --timeout 1 >/dev/null 2>&1 || true
  rm -rf "$work"
}

main
