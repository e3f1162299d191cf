package project

// The keys of a project file, in the order in which documents list them. One
// that is added here is read, and known to be known; a test holds the table of
// docs/project.md and the flags of build and check to it.
var keys = []key{
	globs("datasets", "", func(s *Settings) *[]string { return &s.Datasets },
		"The datasets: paths, globs such as `ports/*.toml`, and ids of shipped ones. By default the shipped `mke`."),
	files("layers", "layer", perSite, func(s *Settings) *[]string { return &s.Layers },
		"Layers over every dataset, the lowest first. A site's own lie above these."),
	texts("set", "set", perSite, func(s *Settings) *[]string { return &s.Set },
		"Layers of one line, such as `\"ports.sql.port=6000\"`. They lie above the layers from files."),
	texts("with", "with", perSite, func(s *Settings) *[]string { return &s.With }, "Options to turn on."),
	texts("without", "without", perSite, func(s *Settings) *[]string { return &s.Without }, "Options to turn off."),
	files("templates", "templates", once, func(s *Settings) *[]string { return &s.Templates },
		"Template trees over the shipped one; later ones win."),
	truth("no-default-templates", "no-default-templates", func(s *Settings) *bool { return &s.NoDefaultTemplates },
		"Leave out the shipped templates."),
	globs("exports", "only", func(s *Settings) *[]string { return &s.Exports },
		"Which exports this repository uses, as globs like those of `--only`. By default all."),
	oneOf("csv-delimiter", "csv-delimiter", func(s *Settings) *string { return &s.CSVDelimiter }, []string{"comma", "semicolon", "tab"},
		"What stands between the cells of `.csv` exports: `comma`, `semicolon` or `tab`. By default a comma, as RFC 4180 has it."),
	truth("csv-bom", "csv-bom", func(s *Settings) *bool { return &s.CSVBOM }, "Begin `.csv` exports with a byte order mark, as Excel wants it."),
	globs("documents", "document", func(s *Settings) *[]string { return &s.Documents },
		"Documents whose marked blocks are kept, as globs."),
	text("out", "out", perSite, func(s *Settings) *string { return &s.Out },
		"The folder that gets a folder for each product; by default `dist`, and for a site its name below that."),
	{Key: Key{Name: "place", Type: "table", Flag: "place", Means: "Exports that are kept elsewhere: a glob, and the folder that they are kept in. " +
		"`{product}` and `{site}` in the folder stand for ids."}, read: (*reader).places},
	text("as", "as", once, func(s *Settings) *string { return &s.As },
		"Press the datasets together, as one product of that id."),
	truth("strict", "strict", func(s *Settings) *bool { return &s.Strict }, "Let warnings fail too."),
	reports("report", "report", func(s *Settings) *[]string { return &s.Report },
		"How results are printed, as with `--report`: a form, or `FORMAT=FILE`."),
	truth("quiet", "quiet", func(s *Settings) *bool { return &s.Quiet }, "Print no results."),
}

// Key is what there is to know of a key.
type Key struct {
	Name  string
	Type  string   // text, list, true or false, table
	Flag  string   // of build and check, which takes the key's place; none for datasets, which are arguments
	Site  bool     // whether a site may say it
	Means string   // in Markdown
	Words []string // the texts that it takes, if not any
	Files bool     // whether =FILE may follow one of these
}

// key is a Key with how it is read.
type key struct {
	Key
	read func(r *reader, s *Settings, value any, path []any)
}

// Keys lists the keys of a project file; format and sites go without saying.
func Keys() []Key {
	out := make([]Key, len(keys))
	for i := range keys {
		out[i] = keys[i].Key
	}
	return out
}

// Whether a site may say a key too.
const (
	once    = false
	perSite = true
)

func text(name, flag string, site bool, at func(*Settings) *string, means string) key {
	return key{Key{Name: name, Type: "text", Flag: flag, Site: site, Means: means}, func(r *reader, s *Settings, value any, path []any) {
		*at(s) = r.text(value, path)
	}}
}

func oneOf(name, flag string, at func(*Settings) *string, words []string, means string) key {
	return key{Key{Name: name, Type: "text", Flag: flag, Site: once, Means: means, Words: words}, func(r *reader, s *Settings, value any, path []any) {
		*at(s) = r.word(value, path, words)
	}}
}

func truth(name, flag string, at func(*Settings) *bool, means string) key {
	return key{Key{Name: name, Type: "true or false", Flag: flag, Site: once, Means: means}, func(r *reader, s *Settings, value any, path []any) {
		*at(s) = r.truth(value, path)
	}}
}

func texts(name, flag string, site bool, at func(*Settings) *[]string, means string) key {
	return key{Key{Name: name, Type: "list", Flag: flag, Site: site, Means: means}, func(r *reader, s *Settings, value any, path []any) {
		*at(s) = r.texts(value, path, nil)
	}}
}

// files is a key that takes paths.
func files(name, flag string, site bool, at func(*Settings) *[]string, means string) key {
	return key{Key{Name: name, Type: "list", Flag: flag, Site: site, Means: means}, func(r *reader, s *Settings, value any, path []any) {
		*at(s) = r.texts(value, path, (*reader).path)
	}}
}

// reportWords are the forms of reports. Package report, which has them, is none
// of this one's business; a test of the command line holds both together.
var reportWords = []string{"github", "gitlab", "json", "junit", "markdown", "sarif", "text"}

// reports is a key that takes forms of reports, with or without a file.
func reports(name, flag string, at func(*Settings) *[]string, means string) key {
	return key{Key{Name: name, Type: "list", Flag: flag, Site: once, Means: means, Words: reportWords, Files: true}, func(r *reader, s *Settings, value any, path []any) {
		*at(s) = r.texts(value, path, (*reader).report)
	}}
}

// globs is a key that takes patterns.
func globs(name, flag string, at func(*Settings) *[]string, means string) key {
	return key{Key{Name: name, Type: "list", Flag: flag, Site: once, Means: means}, func(r *reader, s *Settings, value any, path []any) {
		*at(s) = r.texts(value, path, (*reader).glob)
	}}
}
