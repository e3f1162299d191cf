package report

import (
	"net/url"
	"slices"

	"portpress/internal/problem"
)

// The few parts of SARIF 2.1.0 that a list of findings needs:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifMessage      `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndColumn   int `json:"endColumn"`
	}
)

// sarif prints a log of the Static Analysis Results Interchange Format.
func (o *Output) sarif(r *Result) error {
	all := o.findings(r.short())
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: "portpress", Rules: []sarifRule{}}}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
	}
	rules := &run.Tool.Driver.Rules
	for i := range all {
		f := &all[i]
		id := string(f.code)
		rule := slices.Index(*rules, sarifRule{id})
		if rule < 0 {
			rule = len(*rules)
			*rules = append(*rules, sarifRule{id})
		}
		level := "warning"
		if f.severity == problem.Error {
			level = "error"
		}
		text := f.text
		if f.hint != "" {
			text += "\n" + f.hint
		}
		result := sarifResult{
			RuleID: id, RuleIndex: rule, Level: level, Message: sarifMessage{text},
			Fingerprints: map[string]string{"portpress/v1": f.print},
		}
		if f.path != "" {
			result.Locations = []sarifLocation{{sarifPhysical{artifact(f.path), sarifRegion{f.line, f.column, f.column + f.width}}}}
		}
		run.Results = append(run.Results, result)
	}
	return JSON(o.Out, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// artifact names a file: from the top of the repository, or of the disk.
func artifact(path string) sarifArtifact {
	if path[0] == '/' {
		return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: path}).String()}
	}
	return sarifArtifact{(&url.URL{Path: path}).String(), "%SRCROOT%"}
}
