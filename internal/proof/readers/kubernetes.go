package main

import (
	"fmt"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install" // tells the scheme of its types
	"k8s.io/kubernetes/pkg/apis/networking/validation"
	"sigs.k8s.io/yaml"
)

// networkPolicy reads a NetworkPolicy as the API server does, and gives it
// with the defaults filled in.
func networkPolicy(_ string, content []byte) (any, error) {
	var policy networkingv1.NetworkPolicy
	if err := yaml.UnmarshalStrict(content, &policy); err != nil {
		return nil, err
	}
	if kind := policy.GroupVersionKind(); kind != networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy") {
		return nil, fmt.Errorf("no NetworkPolicy: %s", kind)
	}
	// kubectl gives one; the server requires it.
	if policy.Namespace == "" {
		policy.Namespace = "default"
	}
	legacyscheme.Scheme.Default(&policy)
	var internal networking.NetworkPolicy
	if err := legacyscheme.Scheme.Convert(&policy, &internal, nil); err != nil {
		return nil, err
	}
	return policy, validation.ValidateNetworkPolicy(&internal, validation.NetworkPolicyValidationOptions{}).ToAggregate()
}
