package main

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// The rules below are those of pkg/apis/networking/validation in Kubernetes
// 1.32, one for one, on the types of the API. The server's own package brings
// a thousand others, and took most of the time that the readers took to build.
// Names, labels, ports and networks are judged by the same library as there.

func validatePolicy(policy *networkingv1.NetworkPolicy) field.ErrorList {
	meta, path := field.NewPath("metadata"), field.NewPath("spec")
	all := apivalidation.ValidateObjectMeta(&policy.ObjectMeta, true, apivalidation.NameIsDNSSubdomain, meta)
	if len(policy.Finalizers) > 0 { // the server has rules for these; no export needs one
		all = append(all, field.Forbidden(meta.Child("finalizers"), "an export has none"))
	}
	spec := &policy.Spec
	all = append(all, validateSelector(&spec.PodSelector, path.Child("podSelector"))...)
	for i, rule := range spec.Ingress {
		at := path.Child("ingress").Index(i)
		all = append(all, validatePorts(rule.Ports, at.Child("ports"))...)
		all = append(all, validatePeers(rule.From, at.Child("from"))...)
	}
	for i, rule := range spec.Egress {
		at := path.Child("egress").Index(i)
		all = append(all, validatePorts(rule.Ports, at.Child("ports"))...)
		all = append(all, validatePeers(rule.To, at.Child("to"))...)
	}
	types := path.Child("policyTypes")
	if len(spec.PolicyTypes) > 2 {
		all = append(all, field.TooMany(types, len(spec.PolicyTypes), 2))
	}
	known := []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}
	for i, t := range spec.PolicyTypes {
		if t != known[0] && t != known[1] {
			all = append(all, field.NotSupported(types.Index(i), t, known))
		}
	}
	return all
}

func validatePorts(ports []networkingv1.NetworkPolicyPort, path *field.Path) (all field.ErrorList) {
	known := []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP}
	for i, p := range ports {
		at := path.Index(i)
		if p.Protocol != nil && *p.Protocol != known[0] && *p.Protocol != known[1] && *p.Protocol != known[2] {
			all = append(all, field.NotSupported(at.Child("protocol"), *p.Protocol, known))
		}
		switch {
		case p.Port == nil || p.Port.Type != intstr.Int:
			if p.EndPort != nil {
				all = append(all, field.Invalid(at.Child("endPort"), *p.EndPort, "needs a port that is a number"))
			}
			if p.Port != nil {
				all = append(all, invalid(at.Child("port"), p.Port.StrVal, validation.IsValidPortName(p.Port.StrVal))...)
			}
		default:
			all = append(all, invalid(at.Child("port"), p.Port.IntVal, validation.IsValidPortNum(int(p.Port.IntVal)))...)
			if p.EndPort != nil {
				all = append(all, invalid(at.Child("endPort"), *p.EndPort, validation.IsValidPortNum(int(*p.EndPort)))...)
				if *p.EndPort < p.Port.IntVal {
					all = append(all, field.Invalid(at.Child("endPort"), *p.EndPort, "must be at least port"))
				}
			}
		}
	}
	return all
}

func validatePeers(peers []networkingv1.NetworkPolicyPeer, path *field.Path) (all field.ErrorList) {
	for i, p := range peers {
		at := path.Index(i)
		selected := p.PodSelector != nil || p.NamespaceSelector != nil
		switch {
		case p.IPBlock == nil && !selected:
			all = append(all, field.Required(at, "must specify a peer"))
		case p.IPBlock != nil && selected:
			all = append(all, field.Forbidden(at, "may not specify both ipBlock and another peer"))
		}
		if p.PodSelector != nil {
			all = append(all, validateSelector(p.PodSelector, at.Child("podSelector"))...)
		}
		if p.NamespaceSelector != nil {
			all = append(all, validateSelector(p.NamespaceSelector, at.Child("namespaceSelector"))...)
		}
		if p.IPBlock != nil {
			all = append(all, validateBlock(p.IPBlock, at.Child("ipBlock"))...)
		}
	}
	return all
}

// validateBlock refuses besides what the server lets pass for old clusters:
// networks with leading zeros, and IPv4 written as IPv6.
func validateBlock(block *networkingv1.IPBlock, path *field.Path) (all field.ErrorList) {
	network, err := netip.ParsePrefix(block.CIDR)
	all = append(all, validation.IsValidCIDR(path.Child("cidr"), block.CIDR)...)
	if err != nil {
		return append(all, field.Invalid(path.Child("cidr"), block.CIDR, err.Error()))
	}
	for i, text := range block.Except {
		at := path.Child("except").Index(i)
		except, err := netip.ParsePrefix(text)
		all = append(all, validation.IsValidCIDR(at, text)...)
		if err != nil || !network.Contains(except.Addr()) || network.Bits() >= except.Bits() {
			all = append(all, field.Invalid(at, text, "must be a strict subset of cidr"))
		}
	}
	return all
}

func validateSelector(s *metav1.LabelSelector, path *field.Path) field.ErrorList {
	return metavalidation.ValidateLabelSelector(s, metavalidation.LabelSelectorValidationOptions{}, path)
}

// invalid is an error for each message that a rule of the library gives.
func invalid[T any](path *field.Path, value T, messages []string) (all field.ErrorList) {
	for _, m := range messages {
		all = append(all, field.Invalid(path, value, m))
	}
	return all
}
