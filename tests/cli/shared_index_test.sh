# A shared index through the command line: the same answers and the same bytes as an index in a directory, on one server and over two shards, and
# workers that may be killed. The servers are private, on Unix sockets.
. "$(dirname "$0")/lib.sh"
need jq cmp
bin=$(ls -d /usr/lib/postgresql/1[5-9]/bin 2>/dev/null | tail -n 1)
[ -n "$bin" ] || skip "no PostgreSQL server is installed"
library=$(find /usr/lib -name libz.a | sort | head -n 1)
bzip2=$(find /usr/lib -name libbz2.a | sort | head -n 1)
[ -n "$library" ] && [ -n "$bzip2" ] || skip "no libz.a and libbz2.a to learn"

# A server refuses root.
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
chmod 711 "$work"
mkdir "$work/pg"
[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
stop_servers() {
  for name in alone coordinator first second; do
    as_server "$bin/pg_ctl" -D "$work/pg/$name/data" -m immediate stop >/dev/null 2>&1 || true
  done
  rm -rf "$work"
}
trap stop_servers EXIT
for name in alone coordinator first second; do
  as_server mkdir "$work/pg/$name"
  as_server "$bin/initdb" -D "$work/pg/$name/data" -U owner -A trust -E UTF8 --locale=C --no-sync >/dev/null
  as_server "$bin/pg_ctl" -D "$work/pg/$name/data" -l "$work/pg/$name/log" -w \
    -o "-k $work/pg/$name -c listen_addresses='' -c fsync=off -c shared_buffers=32MB" start >/dev/null
  "$bin/createdb" -h "$work/pg/$name" -U owner prova
done
url() { echo "postgresql://owner@/prova?host=$work/pg/$1"; }
alone=$(url alone) shards=$(url coordinator)

"$PROVA" index init "$alone" >/dev/null
check "making it again changes nothing" "$(exit_code "$PROVA" index init "$alone")" 0
"$PROVA" index init "$shards" --shard "postgresql:///prova?host=$work/pg/first" --shard "postgresql:///prova?host=$work/pg/second" >/dev/null
check_match "a password in a URL is refused" "$("$PROVA" index info --index 'postgresql://a:b@host/prova' 2>&1 || true)" "pgpass"
check "a directory is not made by init" "$(exit_code "$PROVA" index init "$work/directory")" 2

learn_all() {
  "$PROVA" learn --index "$1" --family zlib --role library --version 1 "$library" >/dev/null
  "$PROVA" learn --index "$1" --family bzip2 --role library "$bzip2" >/dev/null
  "$PROVA" learn --index "$1" --family tools --actor 'cluster A' /bin/gzip >/dev/null
}
learn_all directory
"$PROVA" index export --index directory -o directory.prova-index >/dev/null
for index in "$alone" "$shards"; do
  learn_all "$index"
  check_match "what is known is skipped" "$("$PROVA" learn --index "$index" --family zlib --role library --version 1 "$library")" "Skipped 1 files"
  for file in "$library" /bin/gzip /bin/bzip2; do
    [ -e "$file" ] || continue
    "$PROVA" match --json --index directory "$file" >expected.json
    "$PROVA" match --json --index "$index" "$file" >found.json
    check "the same match of $(basename "$file")" "$(cmp expected.json found.json && echo same)" same
  done
  check "sound" "$(exit_code "$PROVA" index verify --index "$index")" 0
  check "families" "$("$PROVA" index families --index "$index" --json | jq -c '[.families[].family]')" \
    "$("$PROVA" index families --index directory --json | jq -c '[.families[].family]')"
  "$PROVA" index export --index "$index" -o shared.prova-index >/dev/null
  check "an export has the same bytes" "$(cmp directory.prova-index shared.prova-index && echo same)" same
  check "removing a family" "$("$PROVA" index remove --index "$index" --family zlib --json | jq '.samples > 0')" true
  "$PROVA" index import --index "$index" directory.prova-index >/dev/null
  "$PROVA" index export --index "$index" -o shared.prova-index >/dev/null
  check "importing it brings it back" "$(cmp directory.prova-index shared.prova-index && echo same)" same
done
"$PROVA" index import --index back shared.prova-index >/dev/null
check "and back into a directory" "$(exit_code "$PROVA" index verify --index back)" 0

# The queue: files that can be learned and one that cannot, two workers, one of them killed again and again.
mkdir collection
count=0
for file in /usr/bin/*; do
  if [ ! -L "$file" ] && [ -f "$file" ] && [ "$(stat -c %s "$file")" -lt 60000 ] && [ "$(head -c 4 "$file" | tr -d '\0')" = $'\x7fELF' ]; then
    cp "$file" "collection/$count" && count=$((count + 1))
  fi
  [ "$count" -lt 24 ] || break
done
echo "is no program" >collection/text
for index in "$alone" "$shards"; do
  "$PROVA" learn --queue --index "$index" --family queued --role goodware collection >/dev/null
  check "queued once" "$("$PROVA" learn --queue --json --index "$index" --family queued --role goodware collection | jq -c '[.queued, .waiting_already]')" "[0,$((count + 1))]"
  rounds=0
  while [ "$("$PROVA" index queue --json --index "$index" | jq .waiting)" -gt 0 ] && [ $rounds -lt 30 ]; do
    "$PROVA" index worker --index "$index" >/dev/null 2>&1 &
    victim=$!
    sleep "0.$((RANDOM % 9 + 1))"
    kill -9 $victim 2>/dev/null || true
    wait $victim 2>/dev/null || true
    rounds=$((rounds + 1))
    [ $rounds -lt 3 ] || "$PROVA" index worker --index "$index" >/dev/null
  done
  "$PROVA" index queue --json --index "$index" >queue.json
  check "none is lost" "$(jq -c '[.waiting, .learned + .known, .set_aside]' queue.json)" "[0,$count,1]"
  check_match "what was set aside says why" "$(jq -r '.files_set_aside[0] | .path + " " + .reason' queue.json)" "collection/text .+"
  distinct=$(cat collection/[0-9]* >/dev/null; sha256sum collection/[0-9]* | cut -d ' ' -f 1 | sort -u | wc -l)
  check "none is there twice" "$("$PROVA" index samples --json --index "$index" | jq '[.samples[] | select(.family == "queued")] | length')" "$distinct"
  check "still sound" "$(exit_code "$PROVA" index verify --index "$index")" 0
done
