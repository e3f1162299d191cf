# bash completion for portpress: it asks the program itself.
_portpress() {
    local line=${COMP_LINE:0:COMP_POINT} word kind= cur broken
    local -a words found=()
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    cur=${words[${#words[@]} - 1]}
    while IFS=$'\t' read -r word _; do
        case $word in
            :*) kind=${word#:} ;;
            *) found+=("$word") ;;
        esac
    done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
    # bash breaks words at = and :, and replaces what stands behind.
    broken=${cur%"${cur##*[=:]}"}
    COMPREPLY=()
    for word in "${found[@]}"; do COMPREPLY+=("$(printf %q "${word#"$broken"}")"); done
    case $kind in
        file) compopt -o filenames; while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "${cur#"$broken"}") ;;
        folder) compopt -o filenames; while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "${cur#"$broken"}") ;;
    esac
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
}
complete -F _portpress portpress
