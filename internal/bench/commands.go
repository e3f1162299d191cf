package bench

// Exports names the four exports that portpress and the yardstick both write,
// below the out folder.
func Exports(product string) []string {
	return []string{
		product + "/" + product + "-ports.md",
		product + "/" + product + "-ports.csv",
		product + "/" + product + "-ports.json",
		product + "/ansible/vars/" + product + "_ports.yml",
	}
}

// Portpress is the command line that presses those exports; the out folder
// goes last.
func Portpress(program, dataset string) []string {
	args := []string{program, "build", "--quiet", "--raise-limits=10"} // for 100,000 rows
	for _, glob := range []string{"*-ports.md", "*-ports.csv", "*-ports.json", "ansible/vars/*_ports.yml"} {
		args = append(args, "--only", glob)
	}
	return append(args, dataset, "--out")
}

// Yardstick is the command line of the hand-written program; the out folder
// goes last.
func Yardstick(program, dataset string) []string { return []string{program, dataset} }
