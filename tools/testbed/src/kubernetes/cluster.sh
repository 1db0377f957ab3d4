#!/usr/bin/env bash
# A Kubernetes cluster of one node, of the programs in the folder given as $2, in the namespaces it was started in, with everything it owns
# under the folder given as $1. Says "ready" on its standard output once the node is. It lives until its standard input ends, so that it dies
# with whoever started it, and then removes its containers, cgroups and mounts. What is odd in it was learnt by failing without.
set -euo pipefail
home=$1 bin=$2
here=$(dirname "$(readlink -f "$0")")
node=10.250.0.1
group="/chasqui-cluster-$$"
mkdir -p "$home"/{pki,etcd,kubelet,logs,cni,run,containerd,pods}
cd "$home"

main() {
  trap stop EXIT TERM INT
  network
  sysctls
  certificates
  start etcd "$bin/etcd" --data-dir "$home/etcd" --unsafe-no-fsync --log-level error \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
    --initial-cluster default=http://127.0.0.1:2380
  start apiserver "$bin/kube-apiserver" --etcd-servers http://127.0.0.1:2379 --bind-address $node --advertise-address $node \
    --secure-port 6443 --service-cluster-ip-range 10.96.0.0/16 --allow-privileged=true \
    --tls-cert-file pki/apiserver.crt --tls-private-key-file pki/apiserver.key --client-ca-file pki/ca.crt --cert-dir run \
    --service-account-issuer https://kubernetes.default.svc --service-account-signing-key-file pki/sa.key --service-account-key-file pki/sa.pub \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction \
    --kubelet-client-certificate pki/admin.crt --kubelet-client-key pki/admin.key --kubelet-certificate-authority pki/ca.crt \
    --kubelet-preferred-address-types InternalIP
  until curl -sf --cacert pki/ca.crt --cert pki/admin.crt --key pki/admin.key https://$node:6443/readyz >/dev/null 2>&1; do alive apiserver; sleep 0.1; done
  start controller "$bin/kube-controller-manager" --kubeconfig pki/controller.conf --authentication-kubeconfig pki/controller.conf \
    --authorization-kubeconfig pki/controller.conf --bind-address 127.0.0.1 --service-account-private-key-file pki/sa.key --cert-dir run \
    --root-ca-file pki/ca.crt --use-service-account-credentials --leader-elect=false
  start scheduler "$bin/kube-scheduler" --kubeconfig pki/scheduler.conf --authentication-kubeconfig pki/scheduler.conf \
    --authorization-kubeconfig pki/scheduler.conf --bind-address 127.0.0.1 --leader-elect=false --cert-dir run
  start proxy "$bin/kube-proxy" --kubeconfig pki/proxy.conf --hostname-override lab --proxy-mode iptables --cluster-cidr 10.244.0.0/24 \
    --conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0s --conntrack-tcp-timeout-close-wait 0s --bind-address 127.0.0.1
  containers
  start kubelet "$bin/kubelet" --kubeconfig pki/kubelet.conf --config kubelet.yaml --node-ip $node --hostname-override lab \
    --root-dir "$home/kubelet" --runtime-cgroups=/ --kubelet-cgroups=/ --cert-dir run
  start door node "$here/door.mjs" "$home/api.sock" $node 6443
  until [ "$(kube get node lab -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)" = True ]; do alive kubelet; sleep 0.2; done
  until kube get serviceaccount default >/dev/null 2>&1; do sleep 0.2; done
  echo ready
}

kube() { "$bin/kubectl" --kubeconfig pki/admin.conf "$@"; }

declare -A pids
start() {
  local name=$1
  shift
  setsid "$@" </dev/null >"$home/logs/$name" 2>&1 &
  pids[$name]=$!
}

alive() {
  kill -0 "${pids[$1]}" 2>/dev/null && return
  echo "$1 ended: $(tail -n 3 "$home/logs/$1")" >&2
  exit 1
}

# The kubelet takes no loopback address for its node, and this kernel has no dummy links.
network() {
  ip link set lo up
  ip link add node0 type veth peer name node1
  ip address add $node/24 dev node0
  ip link set node0 up
  ip link set node1 up
  ip route add default dev node0
  echo 1 >/proc/sys/net/ipv4/ip_forward
}

# The kubelet sets these for the whole machine; here it sets files of ours that say already what it wants.
sysctls() {
  local name value
  while read -r name value; do
    echo "$value" >"run/${name//\//_}"
    mount --bind "run/${name//\//_}" "/proc/sys/$name"
  done <<'END'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
END
}

certificates() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout pki/ca.key -out pki/ca.crt -days 2 -subj /CN=lab 2>/dev/null
  certificate apiserver /CN=kube-apiserver "DNS:kubernetes.default.svc,DNS:localhost,IP:$node,IP:10.96.0.1,IP:127.0.0.1"
  certificate admin /O=system:masters/CN=admin
  certificate controller /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  certificate proxy /CN=system:kube-proxy
  certificate kubelet /O=system:nodes/CN=system:node:lab "IP:$node"
  openssl genrsa -out pki/sa.key 2048 2>/dev/null
  openssl rsa -in pki/sa.key -pubout -out pki/sa.pub 2>/dev/null
}

# A certificate for clients and servers, and the kubeconfig that goes with it.
certificate() {
  local name=$1 subject=$2 names=${3:-DNS:$1}
  openssl req -newkey rsa:2048 -nodes -keyout "pki/$name.key" -out "pki/$name.csr" -subj "$subject" 2>/dev/null
  openssl x509 -req -in "pki/$name.csr" -CA pki/ca.crt -CAkey pki/ca.key -CAcreateserial -days 2 -out "pki/$name.crt" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$names") 2>/dev/null
  cat >"pki/$name.conf" <<END
{"apiVersion":"v1","kind":"Config","current-context":"lab",
"clusters":[{"name":"lab","cluster":{"server":"https://$node:6443","certificate-authority":"$home/pki/ca.crt"}}],
"users":[{"name":"me","user":{"client-certificate":"$home/pki/$name.crt","client-key":"$home/pki/$name.key"}}],
"contexts":[{"name":"lab","context":{"cluster":"lab","user":"me"}}]}
END
}

containers() {
  cat >cni/10-lab.conflist <<'END'
{"cniVersion":"0.4.0","name":"lab","plugins":[
{"type":"bridge","bridge":"cni0","isGateway":true,"ipMasq":false,"hairpinMode":true,
"ipam":{"type":"host-local","ranges":[[{"subnet":"10.244.0.0/24"}]],"routes":[{"dst":"0.0.0.0/0"}]}},
{"type":"portmap","capabilities":{"portMappings":true}}]}
END
  cat >containerd.toml <<END
version = 2
root = "$home/containerd"
state = "$home/run/containerd"
[grpc]
  address = "$home/c.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$home/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$home/cni"
END
  start containerd containerd --config containerd.toml
  until ctr -a c.sock version >/dev/null 2>&1; do alive containerd; sleep 0.1; done
  image pause:1 'sleep' '2147483647'
  image busybox:1 sh
  cat >kubelet.yaml <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: "$home/pki/ca.crt" } }
authorization: { mode: Webhook }
tlsCertFile: "$home/pki/kubelet.crt"
tlsPrivateKeyFile: "$home/pki/kubelet.key"
containerRuntimeEndpoint: "unix://$home/c.sock"
cgroupDriver: cgroupfs
cgroupRoot: "$group"
cgroupsPerQOS: false
enforceNodeAllocatable: []
failCgroupV1: false
failSwapOn: false
makeIPTablesUtilChains: false
oomScoreAdj: 0
localStorageCapacityIsolation: false
podLogsDir: "$home/pods"
# Who follows a log while it is rotated misses some of it: the kubelet goes on with the new file without having read the old one to its end.
containerLogMaxSize: 100Mi
END
}

# An image of nothing but a static busybox, put together by hand: tests need no registry.
image() {
  local name=$1 work
  shift
  work=$(mktemp -d "$home/image-XXXX")
  mkdir -p "$work/root/bin" "$work/root/tmp"
  chmod 1777 "$work/root/tmp"
  cp "$(command -v busybox)" "$work/root/bin/busybox"
  "$work/root/bin/busybox" --list | while read -r tool; do [ "$tool" = busybox ] || ln -s busybox "$work/root/bin/$tool"; done
  tar -C "$work/root" -cf "$work/layer.tar" .
  local layer
  layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  printf '{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":[%s]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$(printf '"%s",' "$@" | sed 's/,$//')" "$layer" >"$work/config.json"
  printf '[{"Config":"config.json","RepoTags":["localhost/%s"],"Layers":["layer.tar"]}]' "$name" >"$work/manifest.json"
  tar -C "$work" -cf "$work/image.tar" config.json manifest.json layer.tar
  ctr -a c.sock -n k8s.io images import "$work/image.tar" >/dev/null
  rm -rf "$work"
}

stop() {
  set +e
  trap - EXIT
  for name in kubelet door proxy scheduler controller apiserver; do end "$name"; done
  if [ -S c.sock ]; then
    for id in $(ctr -a c.sock -n k8s.io tasks ls -q 2>/dev/null); do ctr -a c.sock -n k8s.io tasks kill -s KILL "$id" >/dev/null 2>&1; done
    for id in $(ctr -a c.sock -n k8s.io tasks ls -q 2>/dev/null); do ctr -a c.sock -n k8s.io tasks rm -f "$id" >/dev/null 2>&1; done
    for id in $(ctr -a c.sock -n k8s.io containers ls -q 2>/dev/null); do ctr -a c.sock -n k8s.io containers rm "$id" >/dev/null 2>&1; done
  fi
  end containerd
  end etcd
  # What containerd left to look after the containers.
  pkill -KILL -f "containerd-shim.*$home/c.sock" 2>/dev/null
  grep -o "$home[^ ]*" /proc/self/mounts | sort -r | xargs -r umount -l 2>/dev/null
  local cgroups
  cgroups=$(findmnt -nfo TARGET -t tmpfs | grep cgroup)
  [ -n "$cgroups" ] && find "$cgroups" -depth -type d -path "*$group*" -exec rmdir {} + 2>/dev/null
  rm -rf "$home"
  exit "${failed:-0}"
}

end() {
  local pid=${pids[$1]:-}
  [ -n "$pid" ] || return
  kill "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
}

failed=1
main
failed=0
# Ends with end of file on our standard input (which a background job does not inherit), or with the kubelet.
exec 3<&0
cat <&3 >/dev/null &
watched=$!
wait -n "${pids[kubelet]}" "$watched"
