package main

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

// securityGroupRule is what the resources aws_vpc_security_group_ingress_rule
// and aws_vpc_security_group_egress_rule have in common: the attributes that
// hashicorp/aws lets a configuration set, of those that exports use.
type securityGroupRule struct {
	Resource string `json:"resource"` // the resource's type
	Key      string `json:"key"`      // the resource's name

	Group       string  `json:"group" hcl:"security_group_id"`
	Description string  `json:"description" hcl:"description,optional"`
	Protocol    string  `json:"protocol" hcl:"ip_protocol"`
	FromPort    *int    `json:"from_port" hcl:"from_port,optional"`
	ToPort      *int    `json:"to_port" hcl:"to_port,optional"`
	IPv4        *string `json:"-" hcl:"cidr_ipv4,optional"`
	IPv6        *string `json:"-" hcl:"cidr_ipv6,optional"`
	Other       *string `json:"-" hcl:"referenced_security_group_id,optional"`
	Source      string  `json:"source"` // whichever of the three is given
}

// terraformModule is what a file may hold at the top, of Terraform's language.
var terraformModule = hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
	{Type: "variable", LabelNames: []string{"name"}},
	{Type: "resource", LabelNames: []string{"type", "name"}},
}}

// terraform reads the rules of a module in JSON, with each variable's value
// being "sg-" and its name.
func terraform(name string, content []byte) (any, error) {
	file, problems := json.Parse(content, name)
	if problems.HasErrors() {
		return nil, problems
	}
	module, problems := file.Body.Content(&terraformModule)
	if problems.HasErrors() {
		return nil, problems
	}
	values := map[string]cty.Value{}
	for _, block := range module.Blocks.OfType("variable") {
		if err := stringVariable(block); err != nil {
			return nil, err
		}
		if _, again := values[block.Labels[0]]; again {
			return nil, fmt.Errorf("variable %s stands there twice", block.Labels[0])
		}
		values[block.Labels[0]] = cty.StringVal("sg-" + block.Labels[0])
	}
	scope := &hcl.EvalContext{Variables: map[string]cty.Value{"var": cty.ObjectVal(values)}}
	rules := []securityGroupRule{}
	keys, opened := map[string]bool{}, map[string]string{}
	for _, block := range module.Blocks.OfType("resource") {
		rule := securityGroupRule{Resource: block.Labels[0], Key: block.Labels[1]}
		if problems := gohcl.DecodeBody(block.Body, scope, &rule); problems.HasErrors() {
			return nil, problems
		}
		address := rule.Resource + "." + rule.Key
		if err := rule.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", address, err)
		}
		if keys[address] {
			return nil, fmt.Errorf("resource %s stands there twice", address)
		}
		keys[address] = true
		// AWS answers InvalidPermission.Duplicate, whatever the description.
		same := fmt.Sprint(rule.Resource, rule.Group, rule.Protocol, rule.ports(), rule.Source)
		if first := opened[same]; first != "" {
			return nil, fmt.Errorf("%s opens the same as %s", address, first)
		}
		opened[same] = address
		rules = append(rules, rule)
	}
	return rules, nil
}

// stringVariable requires a variable to be of type string. Its description is
// read without variables and functions, as Terraform does.
func stringVariable(block *hcl.Block) error {
	var v struct {
		Type        hcl.Expression `hcl:"type"`
		Description string         `hcl:"description,optional"`
	}
	if problems := gohcl.DecodeBody(block.Body, nil, &v); problems.HasErrors() {
		return problems
	}
	if hcl.ExprAsKeyword(v.Type) != "string" {
		return fmt.Errorf("variable %s is no string", block.Labels[0])
	}
	return validName(block.Labels[0])
}

// validName holds a name to what Terraform takes for variables and resources:
// https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers
func validName(name string) error {
	if !hclsyntax.ValidIdentifier(name) {
		return fmt.Errorf("%q is no identifier", name)
	}
	return nil
}

// awsDescription is the limit that the EC2 API sets to descriptions of rules:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
var awsDescription = regexp.MustCompile(`^[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}$`)

// check holds a rule to what provider and API refuse. Names in parentheses are
// of hashicorp/aws, internal/service/ec2/vpc_security_group_ingress_rule.go.
func (r *securityGroupRule) check() error {
	switch r.Resource {
	case "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule":
	default:
		return errors.New("no resource for rules of security groups")
	}
	if err := validName(r.Key); err != nil {
		return err
	}
	sources := 0
	for _, s := range []*string{r.IPv4, r.IPv6, r.Other} {
		if s != nil {
			r.Source = *s
			sources++
		}
	}
	switch {
	case sources != 1: // ConfigValidators: ExactlyOneOf
		return fmt.Errorf("%d sources, want one", sources)
	case r.IPv4 != nil && !canonical(*r.IPv4, net.IPv4len): // fwvalidators.IPv4CIDRNetworkAddress
		return fmt.Errorf("%s is no network of IPv4", *r.IPv4)
	case r.IPv6 != nil && !canonical(*r.IPv6, net.IPv6len): // fwvalidators.IPv6CIDRNetworkAddress
		return fmt.Errorf("%s is no network of IPv6", *r.IPv6)
	case !awsDescription.MatchString(r.Description):
		return fmt.Errorf("AWS doesn't take the description %q", r.Description)
	}
	return r.checkPorts()
}

// canonical reports whether a network of one family is written as the provider
// writes it: from its first address on, in the short form.
func canonical(cidr string, size int) bool {
	_, network, err := net.ParseCIDR(cidr)
	return err == nil && len(network.IP) == size && network.String() == cidr
}

// checkPorts holds protocol and ports to the EC2 API:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
func (r *securityGroupRule) checkPorts() error {
	from, to := -1, -1
	if r.FromPort != nil {
		from = *r.FromPort
	}
	if r.ToPort != nil {
		to = *r.ToPort
	}
	wrong := fmt.Errorf("protocol %s can't have the ports %s", r.Protocol, r.ports())
	switch r.Protocol {
	case "tcp", "udp":
		if from < 0 || to < from || to > 65535 {
			return wrong
		}
	case "icmp", "icmpv6": // type and code; all types have all codes
		if r.FromPort == nil || r.ToPort == nil || from < -1 || from > 255 || to < -1 || to > 255 || from == -1 && to != -1 {
			return wrong
		}
	default: // every port is open, whatever is given
		if number, err := strconv.Atoi(r.Protocol); err != nil || number < -1 || number > 255 {
			return fmt.Errorf("no protocol %q", r.Protocol)
		}
		if r.FromPort != nil || r.ToPort != nil {
			return wrong
		}
	}
	return nil
}

func (r *securityGroupRule) ports() string {
	text := func(n *int) string {
		if n == nil {
			return "none"
		}
		return strconv.Itoa(*n)
	}
	return text(r.FromPort) + " to " + text(r.ToPort)
}
