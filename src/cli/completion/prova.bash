# Bash completion for prova.
_prova() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]:-}
  local commands="investigate new case functions learn match index assess report inventory leak damage recover proof"
  case "$previous" in
    --role) COMPREPLY=($(compgen -W "malware library goodware" -- "$current")); return ;;
    --format) COMPREPLY=($(compgen -W "html json" -- "$current")); return ;;
    --index | --output | -o) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "$commands --help --version" -- "$current"))
    return
  fi
  local options="--help --json"
  case "$command" in
    learn) options+=" --family --actor --role --version --first-seen --index --jobs" ;;
    match) options+=" --index --top --min-similarity --no-names --raw --jobs" ;;
    functions) options+=" --raw --no-names" ;;
    index)
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W "info families samples remove verify" -- "$current"))
        return
      fi
      options+=" --index --family --sha256" ;;
    case)
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W "check" -- "$current"))
        return
      fi ;;
    leak) options+=" --also --key --canaries --only-matches --jobs" ;;
    inventory)
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W "create verify key" -- "$current"))
        return
      fi
      options+=" --output --system --since --canaries --read-all --no-chunks --no-text --no-members --blocks-only --key --public-key --jobs" ;;
    damage) options+=" --image --dir --backup --copy --key --proof --every-sector --raw-only --jobs" ;;
    recover) options+=" --image --dir --backup --copy --key --output --partials --missing-only --verify --every-sector --raw-only --jobs" ;;
    proof)
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W "verify" -- "$current"))
        return
      fi
      options+=" --public-key --source" ;;
    assess) options+=" --as-of" ;;
    report) options+=" --as-of --format --output" ;;
    investigate) options+=" --as-of --index --jobs" ;;
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _prova prova
