# bash completion for silc-xmpp-gateway: the program itself tells what fits.
_silc_xmpp_gateway() {
  local offered IFS=$'\n'
  offered=$(silc-xmpp-gateway --get-yargs-completions "${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  COMPREPLY=($(compgen -W "$offered" -- "${COMP_WORDS[COMP_CWORD]}"))
}
# Where nothing fits it is a file.
complete -o default -F _silc_xmpp_gateway silc-xmpp-gateway
