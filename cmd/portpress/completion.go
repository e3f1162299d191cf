package main

import _ "embed"

// completionCmd prints the script that a shell completes by.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" placeholder:"SHELL" help:"bash, zsh or fish."`
}

// Help is what portpress completion --help says below the flags.
func (*completionCmd) Help() string {
	return `Commands and flags are completed, and ids of datasets, exports, options, sites and ports. Packages have it
in place already. By hand:

    source <(portpress completion bash)
    portpress completion zsh >"${fpath[1]}/_portpress"
    portpress completion fish >~/.config/fish/completions/portpress.fish`
}

//go:embed completion/portpress.bash
var bashCompletion string

//go:embed completion/portpress.zsh
var zshCompletion string

//go:embed completion/portpress.fish
var fishCompletion string

// Run does the command.
func (c *completionCmd) Run(t *terminal) error {
	return t.Write(map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[c.Shell])
}
