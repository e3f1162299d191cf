# Reads `go test -v` and prints what one wants to see of it: the whole output
# of a package that failed, skipped tests with their reasons, each package's
# closing line, and which real programs took part.

/^=== / { test = $3; next }
/^ *--- PASS/ || /^PASS$/ { next }

# A skipped test's last log line is its reason. It may stand far above the
# verdict when tests run in parallel.
/^ *--- SKIP: / { skipped = skipped "skipped " $3 ":" reason[$3] "\n"; skips++ }

# What internal/testtool logs of a program.
/: real program: / { sub(/.*: real program: /, ""); programs[$0]; next }

/^(ok  |\?   |FAIL)\t/ {
	printf "%s", /^FAIL/ ? package : skipped
	print
	package = skipped = ""
	split("", reason)
	next
}
{ package = package $0 "\n"; reason[test] = $0; sub(/^ *[^ ]+: /, " ", reason[test]) }

# Output that no package closed: a build that failed, or a run cut short.
END {
	printf "%s", package
	for (line in programs) print "with " line
	if (skips) print "skipped: " skips ", each named above"
}
