# A shared index grows from one server to three while it serves: shards are added, partitions are balanced over them by a command that is killed again and
# again, and every match before, meanwhile and afterwards is the same to the byte. The servers are databases of one private server.
. "$(dirname "$0")/lib.sh"
need jq cmp
bin=$(ls -d /usr/lib/postgresql/1[5-9]/bin 2>/dev/null | tail -n 1)
[ -n "$bin" ] || skip "no PostgreSQL server is installed"
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
chmod 711 "$work"
mkdir "$work/pg"
[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
stop_server() {
  as_server "$bin/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap stop_server EXIT
as_server "$bin/initdb" -D "$work/pg/data" -U owner -A trust -E UTF8 --locale=C --no-sync >/dev/null
as_server "$bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w \
  -o "-k $work/pg -c listen_addresses='' -c fsync=off -c shared_buffers=32MB" start >/dev/null
for name in prova first second; do "$bin/createdb" -h "$work/pg" -U owner $name; done
export PROVA_INDEX="postgresql://owner@/prova?host=$work/pg"
shard() { echo "postgresql:///$1?host=$work/pg"; }

"$PROVA" index init "$PROVA_INDEX" >/dev/null
for file in /bin/gzip /bin/sed /bin/tar; do "$PROVA" learn --family "$(basename $file)" "$file" >/dev/null; done
"$PROVA" match --json /bin/gzip >before.json
same() { "$PROVA" match --json /bin/gzip >now.json && cmp before.json now.json && echo same; }

check_match "adding says what comes next" "$("$PROVA" index shard add "$PROVA_INDEX" --shard "$(shard first)")" "index move --balance"
check "adding it again changes nothing" "$("$PROVA" index shard add --shard "$(shard first)" --json | jq -c '[.servers[].shard]')" "[null,0]"
check "the coordinator's database is refused" "$(exit_code "$PROVA" index shard add --shard "$(shard prova)")" 2
"$PROVA" index shard add --shard "$(shard second)" >/dev/null
check "a new shard serves nothing" "$("$PROVA" index shard list --json | jq -c '[.servers[].partitions | length]')" "[16,0,0]"
check "nothing to do is said" "$(exit_code "$PROVA" index move --partition 3 --to coordinator)" 0
check "half a wish is refused" "$(exit_code "$PROVA" index move --partition 3)" 2
check "no such partition" "$(exit_code "$PROVA" index move --partition 16 --to 0)" 2

# Killed after a moment, again and again; then left alone.
for round in 1 2 3 4 5 6 7 8; do
  "$PROVA" index move --balance >/dev/null 2>&1 &
  victim=$!
  sleep "0.$((RANDOM % 6 + 1))"
  kill -9 $victim 2>/dev/null || true
  wait $victim 2>/dev/null || true
  check "the same answer after kill $round" "$(same)" same
done
"$PROVA" index move --balance --json >moved.json
check "the command goes on to its end" "$(jq -c '[.kind, .interrupted]' moved.json)" '["moved",false]'
check "every server has its part" "$("$PROVA" index shard list --json | jq -c '[[.servers[].partitions | length], .unfinished]')" "[[6,5,5],[]]"
check "the same answer afterwards" "$(same)" same
check "sound" "$(exit_code "$PROVA" index verify)" 0

# Away from the coordinator altogether, interrupted by Ctrl-C once.
parts=$("$PROVA" index shard list --json | jq -r '.servers[0].partitions | join(",")')
"$PROVA" index move --partition "$parts" --to "$(shard second)" >stopped &
mover=$!
until [ "$("$PROVA" index shard list --json | jq '.unfinished | length')" != 0 ] || ! kill -0 $mover 2>/dev/null; do sleep 0.02; done
kill -INT $mover 2>/dev/null || true
code=0
wait $mover || code=$?
case $code in
  130) check_match "Ctrl-C says how to go on" "$(cat stopped)" "the same command goes on" ;;
  *) check "or it was faster" $code 0 ;;
esac
"$PROVA" index move --partition "$parts" --to "$(shard second)" >/dev/null
check "the coordinator serves none any more" "$("$PROVA" index shard list --json | jq -c '.servers[0].partitions')" "[]"
"$PROVA" learn --family more /bin/true >/dev/null
"$PROVA" index remove --family more >/dev/null
check "writing goes on" "$(same)" same
check "still sound" "$(exit_code "$PROVA" index verify)" 0
