# A shard behind a network that is cut: every command ends within a minute and names the shard, and goes on when the network is back. The shard runs
# in a network namespace of its own, which takes root.
. "$(dirname "$0")/lib.sh"
need jq ip
[ "$(id -u)" = 0 ] || skip "network namespaces take root"
bin=$(ls -d /usr/lib/postgresql/1[5-9]/bin 2>/dev/null | tail -n 1)
[ -n "$bin" ] || skip "no PostgreSQL server is installed"
space="prova$$"
ip netns add "$space" 2>/dev/null || skip "no network namespaces here"
chmod 711 "$work"
mkdir "$work/pg" && chown postgres "$work/pg"
clean_up() {
  for name in coordinator shard; do
    runuser -u postgres -- "$bin/pg_ctl" -D "$work/pg/$name/data" -m immediate stop >/dev/null 2>&1 || true
  done
  ip netns del "$space" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
# 198.18.0.0/15 is for tests of networks (RFC 2544).
ip link add "pv$$" type veth peer name eth0 netns "$space" 2>/dev/null || skip "no virtual network devices here"
ip address add 198.18.77.1/30 dev "pv$$" && ip link set "pv$$" up
ip netns exec "$space" ip address add 198.18.77.2/30 dev eth0
ip netns exec "$space" ip link set eth0 up
ip netns exec "$space" ip link set lo up
for name in coordinator shard; do
  runuser -u postgres -- mkdir "$work/pg/$name"
  runuser -u postgres -- "$bin/initdb" -D "$work/pg/$name/data" -U owner -A trust -E UTF8 --locale=C --no-sync >/dev/null
  inside=() address="''"
  if [ $name = shard ]; then
    inside=(ip netns exec "$space")
    address=198.18.77.2
    echo "host all all 198.18.77.0/30 trust" >>"$work/pg/shard/data/pg_hba.conf"
  fi
  "${inside[@]}" runuser -u postgres -- "$bin/pg_ctl" -D "$work/pg/$name/data" -l "$work/pg/$name/log" -w \
    -o "-k $work/pg/$name -c listen_addresses=$address -c fsync=off -c shared_buffers=32MB" start >/dev/null
  "$bin/createdb" -h "$work/pg/$name" -U owner prova
done
export PROVA_INDEX="postgresql://owner@/prova?host=$work/pg/coordinator"
"$PROVA" index init "$PROVA_INDEX" --shard postgresql://198.18.77.2/prova >/dev/null
"$PROVA" learn --family tools /bin/gzip >/dev/null
"$PROVA" match --json /bin/gzip >before.json

# within SECONDS COMMAND...: the command's exit code and message, or "too late"
within() { local code=0 text; text=$(timeout "$1" "${@:2}" 2>&1) || code=$?; [ $code != 124 ] && echo "$code $text" || echo "too late"; }
ip netns exec "$space" ip link set eth0 down
check_match "a match names the shard" "$(within 60 "$PROVA" match --json /bin/gzip)" '^4 .*(prova_shard_0|198\.18\.77\.2).*answer would be incomplete'
check_match "so does learning" "$(within 60 "$PROVA" learn --family more /bin/true)" '^4 .*198\.18\.77\.2.*cannot be reached'
check_match "the catalogue answers" "$("$PROVA" index families)" tools
ip netns exec "$space" ip link set eth0 up
"$PROVA" match --json /bin/gzip >after.json
check "the same answer when the network is back" "$(cmp before.json after.json && echo same)" same
"$PROVA" learn --family more /bin/true >/dev/null
check "sound" "$(exit_code "$PROVA" index verify)" 0
