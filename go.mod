module alliancebot

go 1.26.8
