package change

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"portpress/internal/report"
)

// example has something of everything: a scope that lets in more, rows that
// are new, gone, renamed, wider and narrower at once, and changed in words.
func example(tb testing.TB) *Change {
	before := whole(row("web", `scopes = "inside"`) + row("api", `port = "8000-8010"`, `purpose = "API"`) +
		row("old", `port = 99`, `purpose = "Leaving"`) + row("ssh", `port = 22`, `from = "office"`, `purpose = "Shell"`))
	after := whole(row("web", `scopes = "public"`) + row("api", `port = "8005-8015"`, `purpose = "API"`) +
		row("shell", `port = 22`, `from = "office"`, `purpose = "Shell"`) + row("debug", `port = 6060`, `from = "self"`, `purpose = "Debugging"`))
	after = strings.Replace(after, `"Branch"`, `"Branch | *office*"`, 1)
	return Between(load(tb, before), load(tb, after))
}

func TestText(t *testing.T) {
	const want = `opens more:
  ! ports.web
      TCP 443 on servers from any
      scopes: inside → public
  ! ports.api
      TCP 8011-8015 on servers from cluster
      port: 8000-8010 → 8005-8015
opens less:
  - ports.api
      TCP 8000-8004 on servers from cluster
  - ports.old (removed)
      TCP 99 on servers from cluster
      Leaving
other changes:
  ~ peers.branch
      name: Branch → Branch | *office*
  = ports.shell (renamed from ssh)
  + ports.debug (added)
      TCP 6060 on servers from self: Debugging
2 open more, 2 open less, 3 other changes
`
	c := example(t)
	var plain, coloured bytes.Buffer
	if err := c.Text(&plain, false); err != nil {
		t.Fatal(err)
	}
	if plain.String() != want {
		t.Errorf("got\n%s\nwant\n%s", plain.String(), want)
	}
	if err := c.Text(&coloured, true); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(coloured.String(), "\n  \x1b[1;31m!\x1b[0m \x1b[1mports.web\x1b[0m\n") {
		t.Errorf("what opens more is not marked in red:\n%q", coloured.String())
	}
	bare := coloured.String()
	for _, code := range []string{"0", "1", "1;31", "33", "32"} {
		bare = strings.ReplaceAll(bare, "\x1b["+code+"m", "")
	}
	if bare != want {
		t.Errorf("colour changes the text:\n%s", bare)
	}
}

func TestMarkdown(t *testing.T) {
	const want = "## Network ports\n" + `
### Opens more

| entry | what changed |
| --- | --- |
| ports.web | **TCP 443 on servers from any**<br/>scopes: inside → public |
| ports.api | **TCP 8011-8015 on servers from cluster**<br/>port: 8000-8010 → 8005-8015 |

### Opens less

| entry | what changed |
| --- | --- |
| ports.api | **TCP 8000-8004 on servers from cluster** |
| ports.old (removed) | **TCP 99 on servers from cluster**<br/>Leaving |

### Other changes

| entry | what changed |
| --- | --- |
| peers.branch | name: Branch → Branch \| \*office\* |
| ports.shell (renamed from ssh) | the id |
| ports.debug (added) | TCP 6060 on servers from self: Debugging |
`
	var b bytes.Buffer
	if err := example(t).Markdown(&b); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestMarkdownShowsText holds that a reader of Markdown sees a purpose exactly
// as it was written, whatever Markdown could read into it.
func TestMarkdownShowsText(t *testing.T) {
	for _, purpose := range []string{
		`a | b`, `*bold* _it_ **x** __y__`, "`code`", `<b>tag</b> <!-- c -->`, `&lt; &amp; &#65;`, `[link](x) ![image](y)`,
		`~~gone~~`, `C:\new \| \*`, `<https://example.com>`, `# no heading`, `- no list`, `1. none`, `^^ == ++`, `$x$ @user`, `a\`, `\`,
	} {
		before := load(t, whole(row("web")))
		after := load(t, whole(row("web", "purpose = '"+purpose+"'")))
		var md, html bytes.Buffer
		if err := Between(before, after).Markdown(&md); err != nil {
			t.Fatal(err)
		}
		if err := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Convert(md.Bytes(), &html); err != nil {
			t.Fatal(err)
		}
		escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
		if want := "<td>purpose: Web → " + escape.Replace(purpose) + "</td>"; !strings.Contains(html.String(), want) {
			t.Errorf("%s\nis shown as\n%s\nwant\n%s", md.String(), html.String(), want)
		}
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := report.JSON(&b, example(t).Document()); err != nil {
		t.Fatal(err)
	}
	var got document
	reader := json.NewDecoder(&b)
	reader.DisallowUnknownFields()
	if err := reader.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Old.ID != "app" || !got.Changed || !got.Widened || !got.Narrowed || len(got.Entries) != 6 {
		t.Fatalf("%+v", got)
	}
	const api = `{"section":"ports","id":"api","state":"changed","name":"API",` +
		`"opens_more":[{"direction":"in","protocols":["tcp"],"ports":["8011-8015"],"hosts":["servers"],"peers":["cluster"]}],` +
		`"opens_less":[{"direction":"in","protocols":["tcp"],"ports":["8000-8004"],"hosts":["servers"],"peers":["cluster"]}],` +
		`"fields":[{"key":"port","old":"8000-8010","new":"8005-8015"}]}`
	if text, err := json.Marshal(got.Entries[1]); err != nil || string(text) != api {
		t.Errorf("%v\n%s\nwant\n%s", err, text, api)
	}
}

// TestNothing holds that equal datasets are told as such in every form.
func TestNothing(t *testing.T) {
	ds := load(t, whole(row("web")))
	c := Between(ds, load(t, whole(row("web"))))
	var text, md, object bytes.Buffer
	for _, err := range []error{c.Text(&text, true), c.Markdown(&md), report.JSON(&object, c.Document())} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if text.String() != "no changes\n" || md.String() != "## Network ports\n\nNo changes.\n" {
		t.Errorf("%q, %q", text.String(), md.String())
	}
	if !strings.Contains(object.String(), `"changed": false`) || !strings.Contains(object.String(), `"entries": []`) {
		t.Error(object.String())
	}
}
