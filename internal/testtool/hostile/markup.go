package hostile

import "slices"

// Markup is full of what one format of documents or another gives a meaning to.
var Markup = []string{
	"  leading and trailing  ", "\ttabs\tinside\t", "a|b", "|", "||", "a | b", "*", "*a*", "**a**", "2 * 3 * 4", "* a", "_a_", "a_b_c", "a_", "__a__", "_",
	"`", "`a`", "``a``", "a`b", "`a`_", "`a <b>`_", ":ref:`a`", "|a|", "|a|_", "[1]_", "[#]_", "[a]_", "_`a`", "{", "}", "{a}", "{{ a }}", "{{{a}}}", "{% a %}", "{# a",
	"{{< a >}}", "{empty}", "{counter:x}", "::", "a::", "a:: b", "a;; b", ":: a", ":a: b", ":a:", "..", ".. a", ".. note:: a", "...", "a...b", "a -- b", "--a", "---", "----",
	"====", "= a", "== a ==", "+++", "+++a+++", "+a+", "a +", " +", "pass:[a]", "link:a[b]", "image::a[b]", "include::a[]", "ifdef::a[]", "footnote:[a]", "kbd:[a]", "((a))", "(((a)))",
	"(C)", "(R) (TM)", "(c)", "->", "=> <=", "<-", "<br>", "<br/>", "<b>a</b>", "</td>", "<<a>>", "<a", "a < b > c", "<!-- a -->", "&lt;", "&amp;amp;", "&#42;", "AT&T", "&", "it's", "'a'", "\"a\"",
	"\"`a`\"", "'`a`'", "- a", "+ a", "# a", "## a #", "a #", "#", "#a#", "##a##", "1. a", "1) a", "(1) a", "#. a", "a. b", "A) b", "(i) a", "iv. a", ". a", ".a", "-a  b", "--a=b  c", "/a  b", ">>> a",
	"> a", "NOTE: a", "WARNING: a", "// a", "/// a", "[a]", "[[a]]", "[a](b)", "![a](b)", "[x] a", "a^b^", "a~b~", "~~a~~", "$a$", "$$a$$", "\\", "a\\", "\\a", "\\*a\\*", "a\\\\", "\\|", "• a", "‣ a",
	"https://a.example/b_c*d*", "https://a.example/b_c", "see https://a.example/{b}, then", "https://a.example/a|b", "www.a.example/_b_", "a@b.example", "*a@b.example*", "http://[::1]:80/", "<https://a.example>",
	"one\ntwo", "one\ntwo\n\nthree", "one\n- two", "one\n// two", "one\n==== two", "one\n  two", "one\n|===", "one\n.. two", "one\ntwo::", "a\u00a0b", "ünïcödé 名前", "😀", "import a from b", "export a",
	"a=b", "a!b", "!a", "a 2+", "a .3+", "5*", "1e", "a\n!===", "~~~~", "____", "****", "```", "'''", "<<<", "^", "a+b", "C++", "C#", "%a", "@a", "a,b", "50%", "A:\\b", "100 $", "x_y_ z", "**", "***", "__", "_ _",
}

// All has the texts for every reader, those of documents by themselves.
func All() []Text {
	all := slices.Clone(Texts)
	for _, text := range Markup {
		all = append(all, Text{text, text})
	}
	return all
}
