# docs/operations.md can be typed: its blocks are shell, on hosts that the page names, and the commands and options of prova in them exist. That they
# work is shown by bench/shared/bring_up, which takes root and a quarter of an hour.
. "$(dirname "$0")/lib.sh"
page="$PROVA_SOURCE/docs/operations.md"
block_at() { awk -v first="$1" 'NR > first && /^```$/ { exit } NR > first' "$page"; }
count=0
while read -r line on user; do
  count=$((count + 1))
  block_at "$line" >block.sh
  check "the block in line $line is shell" "$(bash -n block.sh 2>&1)" ""
  for host in ${on//,/ }; do
    [ "$host" = checkout ] || check_match "$host is named" "$(grep -F "$host.example\`" "$page" || true)" '^\| `'
  done
  check_match "line $line says who types" "$user" '^[a-z]+$'
  cat block.sh >>all.sh
done < <(awk '/^```sh / { print NR, $2, $3 }' "$page")
check "there are blocks" "$([ $count -gt 20 ] && echo yes)" yes

# Lines that begin with prova, continued ones joined, without comments.
sed -e ':a' -e '/\\$/N; s/\\\n//; ta' all.sh | sed 's/ #.*//' | grep -E '^ *prova ' | sort -u >commands
check "prova is typed" "$([ "$(wc -l <commands)" -gt 8 ] && echo yes)" yes
while read -r _ first second rest; do
  words=("$first")
  [ "$first" != index ] || words+=("$second")
  help=$("$PROVA" "${words[@]}" --help)
  for option in $(grep -oE -- '(^| )--?[a-z][a-z-]*' <<<"$second $rest" || true); do
    check_match "prova ${words[*]} has $option" "$help" "(^|[ ,])$option([ ,]|\$)"
  done
done <commands
