# fish completion for portpress: it asks the program itself.
function __portpress_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':file'
                __fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current")
            case ':folder'
                __fish_complete_directories (string replace -r -- '^--[^=]*=' '' "$current") ''
            case '*'
                echo $line
        end
    end
end
complete -c portpress -f -a '(__portpress_complete)'
