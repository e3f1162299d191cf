package policy

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestLimitsOnIDsAreTold holds docs/dataset.md to how long names may be.
func TestLimitsOnIDsAreTold(t *testing.T) {
	page, err := os.ReadFile("../../docs/dataset.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n| what is named by ids |")
	section, rest, _ := strings.Cut(section, "\n\n")
	told := map[string]bool{}
	for _, word := range strings.FieldsFunc(section, func(r rune) bool { return r < '0' || r > '9' }) {
		told[word] = true
	}
	there := map[string]bool{}
	for _, n := range nameForms {
		there[strconv.Itoa(n.max)] = true
		if !told[strconv.Itoa(n.max)] {
			t.Errorf("the %d characters of %s aren't told", n.max, n.kind)
		}
	}
	if len(told) != len(there) {
		t.Errorf("it tells %v, and there are %v", told, there)
	}
	if limit := strconv.Itoa(Find("ufw-profiles").named.service); !strings.HasPrefix(rest, "ufw skips a profile whose name, product and host, is longer than "+limit) {
		t.Errorf("the %s characters of ufw aren't told", limit)
	}
}
