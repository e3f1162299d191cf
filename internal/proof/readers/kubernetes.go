package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
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
	setDefaults(&policy.Spec)
	return policy, validatePolicy(&policy).ToAggregate()
}

// setDefaults is pkg/apis/networking/v1/defaults.go of Kubernetes.
func setDefaults(spec *networkingv1.NetworkPolicySpec) {
	if len(spec.PolicyTypes) == 0 {
		spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
		if len(spec.Egress) > 0 {
			spec.PolicyTypes = append(spec.PolicyTypes, networkingv1.PolicyTypeEgress)
		}
	}
	tcp := corev1.ProtocolTCP
	for _, ports := range portsOf(spec) {
		for i := range ports {
			if ports[i].Protocol == nil {
				ports[i].Protocol = &tcp
			}
		}
	}
}

// portsOf gives the ports of each rule.
func portsOf(spec *networkingv1.NetworkPolicySpec) (all [][]networkingv1.NetworkPolicyPort) {
	for _, rule := range spec.Ingress {
		all = append(all, rule.Ports)
	}
	for _, rule := range spec.Egress {
		all = append(all, rule.Ports)
	}
	return all
}
