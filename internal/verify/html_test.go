package verify

import "testing"

func TestHTML(t *testing.T) {
	const closeIt = "\nhint: close it, inside the same range or condition that opens it\n"
	checkCases(t, []exportCase{
		{"x.html", "<p>a<br>b & c < d\n<ul><li>e<li>f</ul>\n<table><tr><td>g<td>h</table>\n", ``},
		{"x.htm", "<!doctype html>\n<html><body><svg><path/></svg><script>a < b</script><img>\n", ``},
		{"x.html", "<div>\n<b>a</div>\n", "2:1 malformed: <b> is not closed\n| <b>a</div>\n| ^" + closeIt},
		{"x.html", "<table>\n", "1:1 malformed: <table> is not closed\n| <table>\n| ^" + closeIt},
		{"x.html", "a</td>\n", "1:2 malformed: </td> closes nothing\n| a</td>\n|  ^\nhint: take it out, or open the element inside the same range or condition\n"},
		{"x.html", "<i>a</b></i>\n", "1:5 malformed: </b> closes nothing\n| <i>a</b></i>\n|     ^\nhint: take it out, or open the element inside the same range or condition\n"},
		{"x.html", "<p>a <b c=\"d\n", "1:6 malformed: a tag is not closed\n| <p>a <b c=\"d\n|      ^\nhint: close it with >; a value that holds & or < must go through the html function\n"},
		{"x.html", "<!-- a\n", "1:1 malformed: a comment is not closed\n| <!-- a\n| ^\nhint: close it with -->\n"},
		{"x.html", "<b id=x></b>\n<i id=x></i>\n", "2:1 malformed: the id \"x\" stands twice\n| <i id=x></i>\n| ^\nhint: links find the first only: make each of the row's own id\n"},
		{"x.html", "a\x00\n", "1:2 malformed: control character U+0000\n| a\x00\n|  ^\nhint: take it out of the dataset or the template\n"},
	})
}
