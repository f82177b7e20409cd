package adapters

import (
	"errors"
	"net"
	"net/url"
)

// CheckAPIURL makes sure that a token can be sent to the address: it wants https, or http to this machine only. The
// error reads on after the address and a comma.
func CheckAPIURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return errors.New("want a URL such as https://example.org/api/")
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return errors.New("want https, or http to this machine only")
	}
	return nil
}
