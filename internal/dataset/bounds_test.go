package dataset

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"portpress/internal/problem"
	"portpress/internal/source"
)

// crowd writes a dataset of hosts, scopes and rows that all name each other.
func crowd(hosts, scopes, rows int) string {
	var b strings.Builder
	b.WriteString("format = 1\n[product]\nid = \"x\"\nname = \"X\"\n")
	for i := range hosts {
		fmt.Fprintf(&b, "[hosts.h%d]\nname = \"H%[1]d\"\n", i)
	}
	for i := range scopes {
		fmt.Fprintf(&b, "[scopes.s%d]\nname = \"S%[1]d\"\nfrom = [%s]\n", i, repeat(`"h%d"`, hosts))
	}
	for i := range rows {
		fmt.Fprintf(&b, "[ports.p%d]\nport = %d\nprotocols = [\"tcp\"]\nhosts = \"all\"\nscopes = [%s]\npurpose = \"P\"\n", i, i+1, repeat(`"s%d"`, scopes))
	}
	return b.String()
}

// repeat writes a list of n elements, each with its number.
func repeat(element string, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		if strings.Contains(element, "%") {
			fmt.Fprintf(&b, element, i)
		} else {
			b.WriteString(element)
		}
	}
	return b.String()
}

// Few lines that name each other make more flows than memory holds.
func TestTooManyFlows(t *testing.T) {
	ds, problems := Load(file(t, "x.toml", crowd(60, 60, 60)))
	if ds != nil {
		t.Fatal("it loads")
	}
	wantProblems(t, problems, `x.toml:305:1: error: the rows make 12960000 flows, more than 100000; this row has most, 216000 [too-many-flows]
    [ports.p0]
    ^^^^^^^^^^
    hint: a flow is one host, protocol, range and source: name fewer in a row, join the peers of a scope, or raise the limits with --raise-limits
`)
	small := file(t, "x.toml", crowd(4, 3, 2))
	if _, problems := (Limits{Flows: 95}).Load(small); len(problems) != 1 || problems[0].Code != problem.TooManyFlows {
		t.Errorf("96 flows within 95: %v", problems)
	}
	if ds, problems := (Limits{Flows: 96}).Load(small); ds == nil || len(ds.Flows) != 96 {
		t.Errorf("96 flows within 96: %v", problems)
	}
}

// A row that opens nothing counts its hosts: each of them is named in exports.
func TestListedRowsCount(t *testing.T) {
	listed := strings.ReplaceAll(crowd(300, 1, 400), "purpose =", "opens = false\npurpose =")
	if _, problems := Load(file(t, "x.toml", listed)); len(problems) != 1 || problems[0].Code != problem.TooManyFlows {
		t.Errorf("%d problems: %.300v", len(problems), problems)
	}
}

// Thousands of networks make as many rules of each flow.
func TestTooManyRules(t *testing.T) {
	const n = 30_000
	networks := func(key string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "%s = [", key)
		for i := range n {
			fmt.Fprintf(&b, "\"10.%d.%d.0/24\", ", i/256, i%256)
		}
		return b.String() + "]\n"
	}
	base := crowd(1, 1, 9)
	for name, test := range map[string]struct{ layer, want string }{
		"in a row":   {"[networks]\n" + networks("h0") + "[ports.p3]\nport = [1000, 1001]\n", `site.toml:4:1: error: the dataset needs 330000 rules, more than 250000; this row has most, 60000 [too-many-rules]`},
		"in ssh":     {"[ssh]\n" + networks("networks") + "[hosts.a]\nname = \"A\"\n[hosts.b]\nname = \"B\"\n", ``},
		"of pods":    {"[networks]\n" + strings.ReplaceAll(networks("cluster"), `"10.`, `"11.`) + networks("pods"), `site.toml:1:1: error: the dataset needs 900060009 rules, more than 250000; [networks] has most, 900060000 [too-many-rules]`},
		"of few":     {"[networks]\nh0 = [\"10.0.0.0/8\"]\n", ``},
		"many hosts": {crowdOfHosts(9) + "[ssh]\n" + networks("networks"), `site.toml:19:1: error: the dataset needs 300090 rules, more than 250000; [ssh] has most, 300000 [too-many-rules]`},
	} {
		t.Run(name, func(t *testing.T) {
			configurable := strings.ReplaceAll(base, "port = ", "configurable = true\nport = ")
			_, problems := Load(file(t, "x.toml", configurable), file(t, "site.toml", test.layer))
			var got []string
			for _, p := range problems {
				if p.Severity == problem.Error {
					got = append(got, fmt.Sprintf("%s: %s: %s [%s]", p.Place(), p.Severity, p.Text, p.Code))
				}
			}
			if strings.Join(got, "\n") != test.want {
				t.Errorf("got  %.300s\nwant %s", strings.Join(got, "\n"), test.want)
			}
		})
	}
	if ds, problems := (Limits{Rules: 9}).Load(file(t, "x.toml", base)); ds == nil || ds.Rules() != 9 {
		t.Errorf("9 rules within 9: %v", problems)
	}
	if _, problems := (Limits{Rules: 8}).Load(file(t, "x.toml", base)); len(problems) != 1 || problems[0].Code != problem.TooManyRules {
		t.Errorf("9 rules within 8: %v", problems)
	}
}

func crowdOfHosts(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "[hosts.extra%d]\nname = \"E%[1]d\"\n", i)
	}
	return b.String()
}

// However large the factors are, their product is a number that can be summed.
func TestTimes(t *testing.T) {
	for _, test := range []struct {
		factors []int
		want    int
	}{
		{nil, 1},
		{[]int{3, 4}, 12},
		{[]int{1 << 62, 0}, 0},
		{[]int{1 << 40, 1 << 40, 1 << 40}, 1 << 31},
		{[]int{1 << 16, 1 << 14}, 1 << 30},
	} {
		if got := times(test.factors...); got != test.want {
			t.Errorf("times(%d) = %d, want %d", test.factors, got, test.want)
		}
	}
}

// However long a list or a table is, and whatever is wrong with each element,
// loading takes no time that grows with its square, and one line no more than
// some problems.
func TestLongLists(t *testing.T) {
	const n = 8_000
	key := func(key, list string) string {
		return sample + row("x", "1", key+" = ["+list+"]\n")
	}
	rows := func(extra string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, extra, i)
		}
		return b.String()
	}
	for name, tc := range map[string]struct {
		base, layer string
		problems    int // or -1 for as many of a kind as are told
	}{
		"a port again and again":    {change(t, "port = 443", "port = ["+repeat("443", n)+"]"), "", perLine},
		"a range again and again":   {change(t, "port = 443", "port = [\"65535\", "+repeat(`"2-65535"`, n)+"]"), "", perLine},
		"ports":                     {change(t, "port = 443", "port = ["+repeat("1%04d", n)+"]"), "", 0},
		"a host again and again":    {change(t, `hosts = ["servers"]`, `hosts = [`+repeat(`"servers"`, n)+`]`), "", perLine},
		"hosts that are not known":  {change(t, `hosts = ["servers"]`, `hosts = [`+repeat(`"server%d"`, n)+`]`), "", perLine},
		"no texts":                  {key("notes", repeat("1", n)), "", perLine},
		"addresses":                 {key("bind", repeat(`"10.0.0.1"`, n)), "", perLine},
		"networks, each its own":    {sample + "[networks]\ncluster = [" + repeat(`"2001:db8:%x::/48"`, n) + "]\n", "", 0},
		"networks":                  {sample + "[networks]\ncluster = [" + repeat(`"10.0.0.0/8"`, n) + "]\n", "", perLine},
		"unknown rows in repeats":   {key("repeats", repeat(`"y%d"`, n)), "", perLine},
		"unknown hosts, row by row": {sample + rows("[hosts.server-%d]\nname = \"S\"\n") + rows("[ports.r%d]\nport = 1\nprotocols = [\"tcp\"]\nhosts = [\"servr-%[1]d\"]\nscopes = [\"internal\"]\npurpose = \"P\"\n"), "", -1},
		"half rows in a layer":      {sample + rows("[ports.row-%d]\nport = %[1]d\nprotocols = [\"icmp\"]\nhosts = \"all\"\nscopes = [\"internal\"]\npurpose = \"P\"\n"), rows("[ports.rwo-%d]\npurpose = \"P\"\n"), -1},
		"unknown options":           {sample, "[options]\n" + rows("o%d = true\n"), -1},
		"unknown networks":          {sample, "[networks]\n" + rows("n%d = []\n"), -1},
		"unknown keys":              {sample + "[extra]\n", "[ports.web]\n" + rows("k%d = 1\n"), -1},
		"names without an entry":    {sample + rows("[hosts.h-%d]\n"), "", -1},
		"ids that are none":         {sample + rows("[hosts.H_%d]\nname = \"H\"\n"), "", -1},
		"nothing uses them":         {sample + rows("[columns.c-%d]\nname = \"C\"\n"), "", -1},
		"names of one port":         {change(t, "port = 443", "port = {"+repeat("n%d = 1", n)+"}"), "", perLine},
		"options that none asks":    {sample + rows("[options.o-%d]\nname = \"O\"\n"), "", -1},
		"unknown words":             {sample + "[egress]\nallow = [\n" + rows("\"word%d\",\n") + "]\n", "", -1},
		"unknown tables":            {sample + rows("[t%d]\n"), "", -1},
		"unknown parties":           {key("between", "\n"+rows("\"y%d\",\n")), "", -1},
		"all rows open one port":    {sample + rows("[ports.r%d]\nport = 1\nprotocols = [\"tcp\"]\nhosts = \"all\"\nscopes = [\"internal\"]\npurpose = \"P\"\n"), "", -1},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			files := []string{tc.base}
			if tc.layer != "" {
				files = append(files, tc.layer)
			}
			_, problems := loaded(t, files[0], files[1:]...)
			// Under a second, on a machine that does nothing else; it took minutes.
			if d := time.Since(start); d > time.Minute {
				t.Errorf("took %v", d)
			}
			if tc.problems >= 0 && len(problems) != tc.problems {
				t.Errorf("%d problems, want %d", len(problems), tc.problems)
			}
			if tc.problems < 0 {
				manyAlike(t, problems)
			}
			if tc.problems == perLine && !strings.Contains(problems[perLine-1].Text, " more on this line)") {
				t.Errorf("the last is %q", problems[perLine-1].Text)
			}
		})
	}
}

// manyAlike holds that of one kind perFile problems are told of a file, the last
// of which counts the others.
func manyAlike(t *testing.T, problems problem.List) {
	t.Helper()
	told, more := map[string]int{}, 0
	for _, p := range problems {
		told[fmt.Sprint(p.Code, " in ", p.File)]++
		if strings.HasSuffix(p.Text, " more like it in this file)") {
			more++
		}
	}
	for kind, n := range told {
		if n > perFile {
			t.Errorf("%d are %s", n, kind)
		}
	}
	if more == 0 {
		t.Errorf("none of %d says that there are more", len(problems))
	}
}

// However many warnings of a kind there are, an error of it is told.
func TestWarningsHideNoError(t *testing.T) {
	r := &reporter{}
	f := file(t, "x.toml", strings.Repeat("x = 1\n", 3*perFile))
	for i := range 3 * perFile {
		r.warn(func() { r.reportAt(problem.Unused, f, source.Span{Start: 6 * i, End: 6*i + 1}, "warning", "") })
	}
	r.reportAt(problem.Unused, f, source.Span{}, "error", "")
	if len(r.problems) != perFile+1 || r.problems.Count(problem.Error) != 1 {
		t.Errorf("%d problems, %d errors", len(r.problems), r.problems.Count(problem.Error))
	}
	if want := fmt.Sprintf("warning (and %d more like it in this file)", 2*perFile); r.problems[perFile-1].Text != want {
		t.Errorf("the last is %q, not %q", r.problems[perFile-1].Text, want)
	}
}
