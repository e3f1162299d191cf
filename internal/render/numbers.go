package render

import (
	"math/bits"
	"strconv"

	"portpress/internal/format"
	"portpress/internal/problem"
)

// toInt makes a number of a value. Text must be a decimal number: sprig's int
// takes anything else for 0, and 0443 for an octal.
func toInt(v any) (int, error) {
	switch v := v.(type) {
	case int:
		return v, nil
	case string:
		n, err := strconv.Atoi(v)
		if err != nil {
			return 0, problem.Hintf("give it a whole decimal number", "%q is no number", v)
		}
		return n, nil
	}
	p, err := format.Plain(v)
	if err != nil {
		return 0, err
	}
	switch p := p.(type) {
	case int64:
		return int(p), nil
	case uint64:
		if p <= 1<<62 {
			return int(p), nil
		}
	case float64:
		if n := int(p); float64(n) == p {
			return n, nil
		}
	case string:
		return toInt(p)
	}
	return 0, problem.Hintf("give it a whole number", "%s is no whole number", format.Kind(v))
}

// reduce runs an operation over numbers from left to right.
func reduce(args []any, op func(a, b int) (int, error)) (int, error) {
	if len(args) == 0 {
		return 0, problem.Hintf("give it numbers", "there is nothing to calculate")
	}
	total, err := toInt(args[0])
	if err != nil {
		return 0, err
	}
	for _, v := range args[1:] {
		n, err := toInt(v)
		if err != nil {
			return 0, err
		}
		if total, err = op(total, n); err != nil {
			return 0, err
		}
	}
	return total, nil
}

func errTooLarge() error { return problem.Hintf("", "the result does not fit in 64 bits") }

func add(args ...any) (int, error) {
	return reduce(args, func(a, b int) (int, error) {
		if c := a + b; (c > a) == (b > 0) {
			return c, nil
		}
		return 0, errTooLarge()
	})
}

func sub(a, b any) (int, error) {
	return reduce([]any{a, b}, func(a, b int) (int, error) {
		if c := a - b; (c < a) == (b > 0) {
			return c, nil
		}
		return 0, errTooLarge()
	})
}

func mul(args ...any) (int, error) {
	return reduce(args, func(a, b int) (int, error) {
		if high, low := bits.Mul64(magnitude(a), magnitude(b)); high != 0 || low >= 1<<63 {
			return 0, errTooLarge()
		}
		return a * b, nil
	})
}

func magnitude(n int) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func div(a, b any) (int, error) {
	return reduce([]any{a, b}, func(a, b int) (int, error) {
		if b == 0 {
			return 0, problem.Hintf("", "a division by 0")
		}
		return a / b, nil
	})
}

func mod(a, b any) (int, error) {
	return reduce([]any{a, b}, func(a, b int) (int, error) {
		if b == 0 {
			return 0, problem.Hintf("", "a division by 0")
		}
		return a % b, nil
	})
}

func largest(args ...any) (int, error) {
	return reduce(args, func(a, b int) (int, error) { return max(a, b), nil })
}

func smallest(args ...any) (int, error) {
	return reduce(args, func(a, b int) (int, error) { return min(a, b), nil })
}

// maxCount bounds until, whose list is made before it is ranged over.
const maxCount = 1 << 20

// until lists 0 to n-1.
func until(n int) ([]int, error) { return untilStep(0, n, 1) }

// untilStep lists from start in steps, without end itself.
func untilStep(start, end, step int) ([]int, error) {
	if step == 0 {
		return nil, problem.Hintf("", "a step of 0 never ends")
	}
	var list []int
	for n := start; step > 0 && n < end || step < 0 && n > end; n += step {
		if len(list) == maxCount {
			return nil, problem.Hintf("count less far", "more than %d steps", maxCount)
		}
		list = append(list, n)
	}
	return list, nil
}
