package adapters

import "testing"

func TestCheckAPIURL(t *testing.T) {
	for raw, good := range map[string]bool{
		"https://discord.com/api/v9":   true,
		"http://127.0.0.1:8080":        true,
		"http://[::1]:8080/api":        true,
		"http://localhost:1/":          true,
		"http://example.org/api":       false,
		"http://127.0.0.1.example.org": false,
		"ftp://127.0.0.1/":             false,
		"discord.com":                  false,
		"":                             false,
		"http://%zz":                   false,
	} {
		if err := CheckAPIURL(raw); (err == nil) != good {
			t.Errorf("CheckAPIURL(%q) = %v, want ok %v", raw, err, good)
		}
	}
}
