package rule

import "strings"

// typed are the facts that are only known when an act is recorded: who looks ahead cannot hold it against them.
var typed = []string{"vote", "no", "introducers", "penalty", "cited"}

// Ahead makes the checks of the step of the facts before anything was entered, and returns what would not hold: what has
// to be put in order first. Checks of what is entered with the act itself are left out.
func (p *Pack) Ahead(f Facts) ([]Finding, error) {
	return p.examine(f, func(c *Check) bool { return !c.needsTyped(f.Helper.Known) })
}

// needsTyped reports whether a check looks at what is entered with the act. A helper assigned before is known.
func (c *Check) needsTyped(helped bool) bool {
	for _, u := range c.used {
		root, _, _ := strings.Cut(u.name, ".")
		for _, t := range typed {
			if root == t {
				return true
			}
		}
		if !helped && (root == "helper" || root == "helpers") {
			return true
		}
	}
	return false
}
