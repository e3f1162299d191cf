#compdef portpress
# zsh completion for portpress: it asks the program itself.
_portpress() {
    local line word kind
    local -a found open described
    for line in "${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        word=${line%%$'\t'*}
        case $word in
            '') ;;
            :*) kind=${word#:} ;;
            *=) open+=("$word") ;;
            *) found+=("$word"); described+=("${word//:/\\:}:${line#*$'\t'}") ;;
        esac
    done
    (( $#described )) && _describe -t values value described found
    (( $#open )) && compadd -S '' -- $open
    case $kind in
        file) compset -P '--[^=]#='; _files ;;
        folder) compset -P '--[^=]#='; _files -/ ;;
    esac
}
if [ "$funcstack[1]" = _portpress ]; then
    _portpress "$@"
else
    compdef _portpress portpress
fi
