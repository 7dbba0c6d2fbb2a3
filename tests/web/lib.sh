# Shared by the tests of the front end: what is there, what is missing, and a prepared case.
skip() { echo "SKIPPED: $*"; exit 77; }

# The packages of web/package-lock.json in web/node_modules, installed once.
need_packages() {
  command -v node >/dev/null && command -v npm >/dev/null || skip "nodejs and npm are not installed"
  [ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ] || skip "node is older than 18"
  local web=$source_dir/web
  if [ ! "$web/node_modules/.package-lock.json" -nt "$web/package-lock.json" ]; then
    (cd "$web" && npm ci --no-progress >/dev/null 2>&1) || skip "the packages of web/package-lock.json cannot be had here"
    touch "$web/node_modules/.package-lock.json"
  fi
}

# PROVA_WEB_CASE: a copy of the example that went through its own run.
prepare_case() {
  [ -z "${PROVA_WEB_CASE:-}" ] || return 0
  prepared=$(mktemp -d)
  trap 'rm -rf "$prepared"' EXIT
  mkdir -p "$prepared/examples"
  cp -r "$source_dir/examples/albania-2022" "$prepared/examples/"
  PROVA_WEB_CASE=$prepared/examples/albania-2022
  export PROVA_WEB_CASE
  for tool in x86_64-w64-mingw32-gcc gcc python3 mke2fs; do
    command -v "$tool" >/dev/null || skip "$tool is not installed (the stand-ins of the example)"
  done
  PROVA_HOME=$prepared/home "$PROVA_WEB_CASE/run" "$PROVA" >"$prepared/run.log" 2>&1 || { tail -20 "$prepared/run.log" >&2; exit 1; }
}
