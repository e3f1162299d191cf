package main

import (
	v3 "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	validator "github.com/projectcalico/calico/libcalico-go/lib/validator/v3"
	"sigs.k8s.io/yaml"
)

// calico reads a GlobalNetworkPolicy as calicoctl does.
func calico(_ string, content []byte) (any, error) {
	var policy v3.GlobalNetworkPolicy
	if err := yaml.UnmarshalStrict(content, &policy); err != nil {
		return nil, err
	}
	return policy, validator.Validate(&policy)
}
