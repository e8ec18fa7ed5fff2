# Prints what an interactive zsh completes: zsh complete.zsh DIRECTORY-OF-THE-COMPLETION LINE...
zmodload zsh/zpty
found=$(mktemp)
zpty -b shell "TERM=dumb zsh -f -i"
zpty -w shell "PS1= ; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
shift
# compadd gets the candidates; those it keeps are written down.
zpty -w shell 'compadd() { if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >>'$found'; builtin compadd "$@" }'
zpty -w shell "finish() { print END >>$found; BUFFER= }; zle -N finish"
zpty -w shell "bindkey '^I' complete-word '^X' finish"
for line; do
  : >$found
  zpty -w -n shell "$line"$'\t\x18'
  for i in {1..600}; do
    while zpty -r -t shell ignored; do :; done
    ! grep -q END $found || break
    sleep 0.1
  done
  print -r -- "$line: $(grep -v END $found | sort -u | tr '\n' ' ')"
done
zpty -d shell
rm $found
