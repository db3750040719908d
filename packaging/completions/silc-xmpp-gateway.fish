# fish completion for silc-xmpp-gateway: the program itself tells what fits.
function __silc_xmpp_gateway
    silc-xmpp-gateway --get-yargs-completions (commandline -opc) (commandline -ct) 2>/dev/null
end
complete -c silc-xmpp-gateway -a '(__silc_xmpp_gateway)'
