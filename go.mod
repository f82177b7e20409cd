module alliancebot

go 1.26.8

require (
	github.com/google/go-cmp v0.7.0
	github.com/slack-go/slack v0.35.0
	golang.org/x/time v0.16.0
)

require github.com/gorilla/websocket v1.5.3 // indirect
