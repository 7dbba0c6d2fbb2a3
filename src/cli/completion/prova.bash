# Bash completion for prova.
_prova() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]:-}
  local commands="investigate serve new case functions learn match compare names yara index knowledge rank assess report inventory leak damage recover proof"
  case "$previous" in
    --role) COMPREPLY=($(compgen -W "malware library goodware" -- "$current")); return ;;
    --format)
      local formats="html md json stix misp"
      [ "$command" = names ] && formats="text csv idc ghidra"
      COMPREPLY=($(compgen -W "$formats" -- "$current")); return ;;
    --index | --knowledge | --output | --html | --yara | --against | -o) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "$commands --help --version" -- "$current"))
    return
  fi
  local options="--help --json"
  case "$command" in
    learn) options+=" --family --actor --role --version --first-seen --again --queue --index --jobs" ;;
    match) options+=" --yara --index --top --min-similarity --no-names --raw --jobs" ;;
    compare) options+=" --function --top --html --left-member --right-member --no-names --jobs" ;;
    names) options+=" --index --min-log10-lr --format --raw --jobs" ;;
    yara) options="--help --output --against --patterns --index --jobs" ;;
    functions) options+=" --disasm --function --raw --no-names" ;;
    index)
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W "info families samples remove verify export import starter init grant queue worker" -- "$current"))
        return
      fi
      options+=" --index --family --sha256 --output --no-names --root --jobs --shard --write --revoke --retry --wait" ;;
    case)
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W "check" -- "$current"))
        return
      fi ;;
    knowledge)
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W "import show search info remove" -- "$current"))
        return
      fi
      options+=" --knowledge" ;;
    rank) options+=" --techniques --software --new-software --victims --as-of --prior-known --top --imported-only --knowledge" ;;
    assess) options+=" --as-of --timeline" ;;
    report) options+=" --as-of --format --lang --audience --tlp --output" ;;
    leak) options+=" --also --key --canaries --dkim-keys --only-matches --jobs" ;;
    inventory)
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W "create verify key" -- "$current"))
        return
      fi
      options+=" --output --system --since --canaries --read-all --no-chunks --text --text-run --no-text --no-members --blocks-only --key --public-key --jobs" ;;
    damage) options+=" --image --dir --backup --copy --key --proof --every-sector --raw-only --jobs" ;;
    recover) options+=" --image --dir --backup --copy --key --output --partials --missing-only --verify --every-sector --raw-only --jobs" ;;
    proof)
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W "verify redact" -- "$current"))
        return
      fi
      options+=" --public-key --source --keep --key --output" ;;
    investigate) options+=" --as-of --index --jobs --progress-lines" ;;
    serve) options="--help --port --listen --index --user --print-session" ;;
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _prova prova
