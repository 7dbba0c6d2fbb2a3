# Nothing is lost: `learn` is killed with -9 at random moments; the index is clean each time and holds the whole batch or
# none of it. PROVA_KILLS sets how often (default 15).
. "$(dirname "$0")/lib.sh"
need jq
library=$(find /usr/lib -name libz.a | sort | head -n 1)
[ -n "$library" ] || skip "no libz.a to learn"

kills=${PROVA_KILLS:-15}
"$PROVA" learn --family before "$library" >/dev/null
before=$("$PROVA" index info --json | jq .samples)
start=$(date +%s%N)
"$PROVA" learn --family whole --version warm-up "$library" >/dev/null
length=$(($(date +%s%N) - start))
"$PROVA" index remove --family whole >/dev/null
"$PROVA" learn --family before "$library" >/dev/null
# The first family stays; every round tries to replace it by another, which shows as all or nothing.
RANDOM=${PROVA_SEED:-7}
whole=0 none=0
for ((round = 1; round <= kills; ++round)); do
  "$PROVA" learn --family "round-$round" "$library" >/dev/null 2>&1 &
  victim=$!
  # Anywhere between the start and a little past the usual end.
  delay=$((length * (RANDOM % 1200) / 1000))
  sleep "$(printf '%d.%09d' $((delay / 1000000000)) $((delay % 1000000000)))"
  kill -9 "$victim" 2>/dev/null || true
  wait "$victim" 2>/dev/null || true
  code=0
  "$PROVA" index verify --json >verify.json || code=$?
  check "round $round: verify" "$code $(jq -c .problems verify.json)" "0 []"
  now=$("$PROVA" index samples --json | jq -r '.samples[].family' | sort | uniq -c | awk '{print $1 " " $2}')
  if [ "$now" = "$before round-$round" ]; then
    whole=$((whole + 1))
    previous="$before round-$round"
  else
    check "round $round: none of the batch" "$now" "${previous:-$before before}"
    none=$((none + 1))
  fi
done
echo "ok: $kills kills, $whole whole batches, $none without a trace"
"$PROVA" learn --family after "$library" >/dev/null
check "the next writer is not held up" "$("$PROVA" index info --json | jq .samples)" "$before"
