# `prova serve` as a browser and an attacker meet it: the token, other sites, paths, edits, jobs, the end.
. "$(dirname "$0")/lib.sh"
need curl python3
cp -r "$PROVA_SOURCE/examples/albania-2022" case
rm -rf case/build case/artifacts case/report case/custody.jsonl case/revisions.jsonl case/sources.yaml

start() { # start ARGUMENT...: sets base, session, token, server
  rm -f serve.out  # What an earlier server said must not be taken for this one's.
  "$PROVA" serve case --print-session --user 'Ana H.' "$@" >serve.out 2>serve.err &
  server=$!
  for _ in $(seq 300); do grep -qs ^Session serve.out && break; kill -0 $server 2>/dev/null || break; sleep 0.05; done
  base=$(sed -n 's/^Open \(.*\)\/#token=.*/\1/p' serve.out)
  token=$(sed -n 's/.*#token=//p' serve.out)
  session=$(sed -n 's/^Session //p' serve.out)
  check_match "an address is printed" "$(cat serve.out)" '^Open http://127\.0\.0\.1:[0-9]+/#token=[0-9a-f]{64}$'
}
trap 'kill -KILL $server 2>/dev/null || true; rm -rf "$work"' EXIT
status() { curl -s -o answer -w '%{http_code}' "$@" || true; }
authorized() { local path=$1; shift; curl -s -H "Authorization: Bearer $session" "$@" "$base$path"; }
post() { # post PATH BODY [curl argument...]
  local path=$1 body=$2; shift 2
  status -H "Authorization: Bearer $session" -H 'X-Prova: 1' -H 'Content-Type: application/json' -d "$body" "$@" "$base$path"
}
field() { python3 -c "import json,sys; d=json.load(sys.stdin); print(eval('d'+sys.argv[1]))" "$1"; }
start

# -- who may speak
check "the page needs no session" "$(status "$base/")" 200
check "documents do" "$(status "$base/api/workbench")" 401
check "a wrong token" "$(status -X POST -H 'X-Prova: 1' -H 'Content-Type: application/json' -d '{"token": "00"}' "$base/api/session")" 401
check "the token gives a cookie" "$(status -c jar -X POST -H 'X-Prova: 1' -H 'Content-Type: application/json' -d "{\"token\": \"$token\"}" "$base/api/session")" 200
check "once" "$(status -X POST -H 'X-Prova: 1' -H 'Content-Type: application/json' -d "{\"token\": \"$token\"}" "$base/api/session")" 401
check "the cookie opens documents" "$(status -b jar "$base/api/workbench")" 200
check_match "scripts cannot read it" "$(cat jar)" '#HttpOnly_127.0.0.1.*prova_session_'
check_match "another browser gets another address" "$(cat serve.err)" 'for another one: http://127.0.0.1:[0-9]+/#token='

# -- who may not
check "another origin" "$(status -b jar -H 'Origin: http://evil.example' "$base/api/workbench")" 403
check "another port is another origin" "$(status -b jar -H 'Origin: http://127.0.0.1:1' "$base/api/workbench")" 403
check "another site, as the browser says" "$(status -b jar -H 'Sec-Fetch-Site: cross-site' "$base/api/workbench")" 403
check "a name that was made to point here" "$(status -b jar -H "Host: evil.example:${base##*:}" "$base/api/workbench")" 403
check "a form of another site" "$(status -b jar -X POST -d 'x=1' "$base/api/cases/case/jobs")" 403
for path in '/../../../../etc/passwd' '/%2e%2e/%2e%2e/etc/passwd' '/api/cases/..%2f..%2fetc/report' '/api/cases/%2e%2e/report' '/..%5c..%5cetc'; do
  check "no way out: $path" "$(status --path-as-is -b jar "$base$path")" 403
done
check "no file of the machine is a page" "$(status "$base/etc/passwd.txt")" 404
check_match "refusals are logged" "$(cat serve.err)" '403 GET /api/workbench from 127.0.0.1: the request comes from the site'
check "control characters do not reach the terminal" "$(status -b jar "$base/a%1b%5b31m"; grep -c $'\x1b' serve.err || true)" "4030"
check "a head that is too long" "$(status -b jar -H "X: $(head -c 20000 /dev/zero | tr '\0' a)" "$base/api/workbench" | grep -c 200 || true)" 0
check "a body that is too long" "$(head -c 300000 /dev/zero | tr '\0' ' ' | status -H "Authorization: Bearer $session" -H 'X-Prova: 1' -H 'Content-Type: application/json' --data-binary @- "$base/api/cases/case/edits")" 413
check "a compressed body" "$(post /api/cases/case/edits '{}' -H 'Content-Encoding: gzip')" 415
check "ranges are not cut out of answers" "$(status -b jar -H 'Range: bytes=0-1,0-1,0-1' "$base/api/workbench")" 200

# -- the other end of a socket can do anything
check "garbage, half a request and too many connections" "$(python3 - "${base##*:}" <<'PY'
import socket, sys
port = int(sys.argv[1])
def connect():
    s = socket.create_connection(("127.0.0.1", port)); s.settimeout(20); return s
def answer(data):
    s = connect(); s.sendall(data)
    got = b""
    try:
        while chunk := s.recv(65536): got += chunk
    except ConnectionError: pass
    return got
print(answer(b"\x16\x03\x01" + bytes(range(256)) + b"\r\n\r\n").split(b" ")[1:2] in ([], [b"400"]), end=" ")
# What follows a head that was not understood is never taken for a request.
print(answer(b"GET / HTTP/1.1\r\nX: " + b"a" * 5000 + b"\r\n\r\nGET /api/jobs HTTP/1.1\r\n\r\n").count(b"HTTP/1.1") <= 1, end=" ")
idle = [connect() for _ in range(64)]
for s in idle: s.sendall(b"GET / HTTP/1.1\r\n")
extra = connect(); extra.settimeout(5)
print(extra.recv(100).startswith(b"HTTP/1.1 503"), end=" ")
for s in idle + [extra]: s.close()
PY
)" "True True True "
for _ in $(seq 50); do [ "$(status -b jar "$base/api/workbench")" = 200 ] && break; sleep 0.1; done
check "and it answers again" "$(status -b jar "$base/api/workbench")" 200

# -- documents
check_match "the case" "$(authorized /api/cases/case)" '"schema": "prova/workbench-case/1"'
check "the same answers as on the command line" "$(authorized '/api/cases/case/assessment?as_of=2022-08-04')" "$("$PROVA" assess case --as-of 2022-08-04 --json)"
check "the text of the statement" "$(authorized '/api/cases/case/export/md?language=fr&audience=public')" "$("$PROVA" report case --format md --lang fr --audience public)"
check_match "every route is described" "$(authorized /api/openapi.json)" '"/api/cases/\{id\}/edits"'
check "no report yet" "$(status -b jar "$base/api/cases/case/report")" 404
tag=$(authorized /api/cases/case/timeline -D - -o /dev/null | tr -d '\r' | sed -n 's/^ETag: //p')
check "an unchanged document is not sent again" "$(status -b jar -H "If-None-Match: $tag" "$base/api/cases/case/timeline")" 304

# -- edits
cp case/case.yaml before.yaml
revision=$(authorized /api/cases/case | field "['revision']")
check "the revision is the file's digest" "$revision" "$(sha256sum <case/case.yaml | cut -d' ' -f1)"
check "an edit" "$(post /api/cases/case/edits '{"op": "change-evidence", "id": "A03", "changes": {"credibility": 2}}' -H "If-Match: $revision")" 200
check "changes one line" "$(diff before.yaml case/case.yaml | grep -c '^[<>]')" 2
check_match "and keeps its comment" "$(diff before.yaml case/case.yaml)" '^> *credibility: 2 +# "not confirmed'
check "an edit of what was there before" "$(post /api/cases/case/edits '{"op": "set-note", "id": "A03", "note": "x"}' -H "If-Match: $revision")" 409
check "says what is there now" "$(field "['revision']" <answer)" "$(sha256sum <case/case.yaml | cut -d' ' -f1)"
revision=$(field "['revision']" <answer)
check "an edit that is no case" "$(post /api/cases/case/edits '{"op": "change-evidence", "id": "A03", "changes": {"credibility": 9}}' -H "If-Match: $revision")" 422
check_match "says where" "$(cat answer)" 'credibility is .9., expected'
check "and writes nothing" "$(sha256sum <case/case.yaml | cut -d' ' -f1)" "$revision"
check "without a revision" "$(post /api/cases/case/edits '{"op": "remove-evidence", "id": "A03"}')" 428
check_match "who, when, what" "$(tail -n 1 case/custody.jsonl)" '"time":"2023-11-14T22:13:20Z","who":"Ana H\.","action":"edited","path":"case.yaml".*changed evidence A03: credibility'
check "still a case" "$(exit_code "$PROVA" case check case)" 0
for n in 1 2; do post /api/cases/case/edits "{\"op\": \"set-note\", \"id\": \"A03\", \"note\": \"n$n\"}" -H "If-Match: $revision" >"status$n" & pids[n]=$!; done
wait "${pids[@]}"
check "of two at once one is saved and one is told" "$(printf '%s\n' "$(cat status1)" "$(cat status2)" | sort | tr '\n' ' ')" "200 409 "

# -- jobs
check "a job" "$(post /api/cases/case/jobs '{"kind": "investigate"}')" 202
check_match "is followed to its end" "$(authorized /api/jobs/1/events -N --max-time 60)" '^event: done'
check_match "and leaves its report" "$(authorized /api/cases/case/report | head -c 200)" 'prova/investigate/1'
mkdir -p case/artifacts "$work/index" && cp "$PROVA" case/artifacts/large
check "artefacts without an index are no job" "$(post /api/cases/case/jobs '{"kind": "investigate"}')" 409
check_match "with the remedy" "$(cat answer)" 'give the one you use with --index'
kill -INT $server; code=0; wait $server || code=$?
check "Ctrl-C ends it" "$code" 0

printf 'int f(int a){return a*3+1;}\nint main(int c,char**v){(void)v;return f(c);}\n' >small.c
if command -v gcc >/dev/null && gcc -O1 -o small small.c 2>/dev/null; then
  "$PROVA" learn --family ours --role goodware --index "$work/kept" small >/dev/null
  mv case/artifacts/large large && cp small case/artifacts/
  "$PROVA" investigate case --index "$work/kept" >/dev/null
  check "the index is remembered" "$(field "['index']" <case/report/origin.json)" "$(realpath "$work/kept")"
  start
  for format in md html stix misp; do
    check "an export from the report is that of a new comparison: $format" "$(authorized "/api/cases/case/export/$format?audience=technical" | sha256sum)" \
      "$("$PROVA" report case --format $format | sha256sum)"
  done
  kill -INT $server; wait $server || true
  mv "$work/kept" "$work/away" && cp case/report/report.json kept.json
  check "a report made with an index is not replaced by one without" "$(exit_code "$PROVA" investigate case)" 3
  check "not by a byte" "$(cmp case/report/report.json kept.json && echo same)" same
  mv "$work/away" "$work/kept" && mv large case/artifacts/
  start --index "$work/kept"
  check "a job on a large artefact" "$(post /api/cases/case/jobs '{"kind": "investigate"}')" 202
  child=$(pgrep -P $server || true)
  check_match "runs in a process of its own" "$child" '^[0-9]+$'
  kill -SEGV "$child"
  check_match "whose crash is told" "$(authorized /api/jobs/1/events -N --max-time 60)" 'ended by signal 11'
  check "and survived" "$(status -H "Authorization: Bearer $session" "$base/api/workbench")" 200
  check "another" "$(post /api/cases/case/jobs '{"kind": "investigate"}')" 202
  check "is cancelled" "$(status -X DELETE -H 'X-Prova: 1' -H "Authorization: Bearer $session" "$base/api/jobs/2")" 200
  check_match "and says so" "$(authorized /api/jobs/2/events -N --max-time 60)" '^event: cancelled'
  check "a last one" "$(post /api/cases/case/jobs '{"kind": "investigate"}')" 202
  child=$(pgrep -P $server || true)
  kill -INT $server; wait $server || true
  check "ends with the server" "$(kill -0 "$child" 2>/dev/null && echo running || echo gone)" gone
fi

# -- mistakes, and addresses
cp before.yaml case/case.yaml && echo 'evidense: []' >>case/case.yaml
start
check "a case with mistakes opens" "$(authorized /api/cases/case | field "['errors'][0]['message'][:34]")" "case has the unknown key 'evidense"
check "and shows its evidence" "$(authorized /api/cases/case | field "['evidence'][0]['id']")" A01
check "its assessment waits" "$(status -H "Authorization: Bearer $session" "$base/api/cases/case/assessment")" 422
check "a port that is taken" "$(exit_code "$PROVA" serve case --port "${base##*:}")" 2
kill -TERM $server; wait $server || true
check "no directory" "$(exit_code "$PROVA" serve nothing)" 4
check "no address" "$(exit_code "$PROVA" serve case --listen not-an-address)" 2
