package vi

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// None stands for a figure that does not exist: a share of nothing.
const None = "—"

// Number writes n the official way: 1020 is "1.020".
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	if n < 0 {
		return "-" + group(s[1:])
	}
	return group(s)
}

// Percent writes num/den in percent with two decimals, half away from zero:
// 288 of 815 is "35,34". The sign % is not part of it. A den of 0 gives None.
func Percent(num, den int64) string {
	if den == 0 {
		return None
	}
	neg := (num < 0) != (den < 0)
	n, d := magnitude(num), magnitude(den)
	var digits string
	if n < 1<<49 && d < 1<<62 {
		digits = strconv.FormatUint((n*200_00+d)/(2*d), 10)
	} else {
		digits = bigPercent(n, d)
	}
	if len(digits) < 3 {
		digits = "000"[len(digits):] + digits
	}
	cut := len(digits) - 2
	return signed(neg && digits != "000", digits[:cut], digits[cut:])
}

// bigPercent is n*10000/d, half up, for what does not fit a machine word.
func bigPercent(n, d uint64) string {
	den := new(big.Int).SetUint64(d)
	x := new(big.Int).SetUint64(n)
	x.Mul(x, big.NewInt(200_00)).Add(x, den)
	return x.Quo(x, den.Lsh(den, 1)).String()
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// Decimal writes x with the given number of decimals, half away from zero in
// its shortest decimal form (2.675 to two places is "2,68", what a reader of
// the number expects). NaN and infinities give None.
func Decimal(x float64, places int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return None
	}
	places = min(max(places, 0), 15)
	whole, frac, _ := strings.Cut(strconv.FormatFloat(math.Abs(x), 'f', -1, 64), ".")
	frac += strings.Repeat("0", max(0, places+1-len(frac)))
	up := frac[places] >= '5'
	n, _ := new(big.Int).SetString(whole+frac[:places], 10) // digits only: cannot fail
	if up {
		n.Add(n, big.NewInt(1))
	}
	digits := n.String()
	if len(digits) <= places {
		digits = strings.Repeat("0", places+1-len(digits)) + digits
	}
	cut := len(digits) - places
	return signed(x < 0 && n.Sign() != 0, digits[:cut], digits[cut:])
}

func signed(neg bool, whole, frac string) string {
	s := group(whole)
	if neg {
		s = "-" + s
	}
	if frac != "" {
		s += "," + frac
	}
	return s
}

// group puts a dot between groups of three digits.
func group(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	b := make([]byte, 0, len(digits)+len(digits)/3)
	for i := 0; i < len(digits); i++ {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b = append(b, '.')
		}
		b = append(b, digits[i])
	}
	return string(b)
}
