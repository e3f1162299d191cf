package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is the version of a release build, set by the linker.
var release string

// version tells version, commit and Go version, from what the build recorded.
func version() string {
	name, commit, modified := release, "unknown", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if name == "" {
			name = info.Main.Version
		}
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision" && len(s.Value) >= 12:
				commit = s.Value[:12]
			case s.Key == "vcs.modified" && s.Value == "true":
				modified = ", modified"
			}
		}
	}
	if name == "" || name == "(devel)" {
		name = "development build"
	}
	return fmt.Sprintf("portpress %s (commit %s%s, %s)", name, commit, modified, runtime.Version())
}
