package cli

import "regexp"

// misreadings are what the reader of command lines says, in its own words, and the same in Vietnamese.
var misreadings = []struct {
	said *regexp.Regexp
	vi   string
}{
	{regexp.MustCompile(`(?s)^unknown command "(.*?)" for "(.*?)".*$`), "“$2” không có lệnh “$1”"},
	{regexp.MustCompile(`^accepts (\d+) arg\(s\), received (\d+)$`), "cần $1 giá trị, đang có $2"},
	{regexp.MustCompile(`^requires at least (\d+) arg\(s\), only received (\d+)$`), "cần ít nhất $1 giá trị, đang có $2"},
	{regexp.MustCompile(`^accepts between (\d+) and (\d+) arg\(s\), received (\d+)$`), "cần từ $1 đến $2 giá trị, đang có $3"},
	{regexp.MustCompile(`^accepts at most (\d+) arg\(s\), received (\d+)$`), "nhận nhiều nhất $1 giá trị, đang có $2"},
	{regexp.MustCompile(`^required flag\(s\) (.*) not set$`), "thiếu tùy chọn $1"},
	{regexp.MustCompile(`^unknown (?:shorthand )?flag: (.*)$`), "không có tùy chọn $1"},
	{regexp.MustCompile(`^flag needs an argument: (.*)$`), "tùy chọn $1 cần một giá trị"},
	{regexp.MustCompile(`^invalid argument "(.*?)" for "(.*?)" flag: .*$`), "tùy chọn $2 không nhận giá trị “$1”"},
}

// misread reports whether a command line could not be understood.
func misread(err error) bool {
	for _, m := range misreadings {
		if m.said.MatchString(err.Error()) {
			return true
		}
	}
	return false
}

// usage says what is wrong with a command line in the language of the command.
func (e *env) usage(err error) string {
	text := err.Error()
	if e.lang == "en" {
		return text
	}
	for _, m := range misreadings {
		if m.said.MatchString(text) {
			return m.said.ReplaceAllString(text, m.vi)
		}
	}
	return text
}
