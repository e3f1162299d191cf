package main

import (
	"bytes"
	"fmt"

	v3 "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	validator "github.com/projectcalico/calico/libcalico-go/lib/validator/v3"
	"sigs.k8s.io/yaml"
)

// calico reads the GlobalNetworkPolicies of a file as calicoctl does. The
// validation parses their selectors too.
func calico(_ string, content []byte) (any, error) {
	var policies []v3.GlobalNetworkPolicy
	for document := range bytes.SplitSeq(content, []byte("\n---\n")) {
		var policy v3.GlobalNetworkPolicy
		if err := yaml.UnmarshalStrict(document, &policy); err != nil {
			return nil, err
		}
		if policy.APIVersion != v3.GroupVersionCurrent || policy.Kind != v3.KindGlobalNetworkPolicy {
			return nil, fmt.Errorf("no %s of %s: %s of %s", v3.KindGlobalNetworkPolicy, v3.GroupVersionCurrent, policy.Kind, policy.APIVersion)
		}
		if err := validator.Validate(&policy); err != nil {
			return nil, err
		}
		policies = append(policies, policy)
	}
	return policies, nil
}
