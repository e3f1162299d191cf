package main

import (
	"fmt"

	v3 "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	validator "github.com/projectcalico/calico/libcalico-go/lib/validator/v3"
	"sigs.k8s.io/yaml"
)

// calico reads a GlobalNetworkPolicy as calicoctl does. The validation parses
// its selectors too.
func calico(_ string, content []byte) (any, error) {
	var policy v3.GlobalNetworkPolicy
	if err := yaml.UnmarshalStrict(content, &policy); err != nil {
		return nil, err
	}
	if policy.APIVersion != v3.GroupVersionCurrent || policy.Kind != v3.KindGlobalNetworkPolicy {
		return nil, fmt.Errorf("no %s of %s: %s of %s", v3.KindGlobalNetworkPolicy, v3.GroupVersionCurrent, policy.Kind, policy.APIVersion)
	}
	return policy, validator.Validate(&policy)
}
