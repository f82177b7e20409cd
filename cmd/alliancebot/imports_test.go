package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// layers lists who may import whom inside the module, from the top down. A package may import the ones in its list,
// and packages below its own folder.
var layers = map[string][]string{
	"cmd/alliancebot":      {"adapters", "adapters/terminal", "adapters/slack", "adapters/discord", "bot", "bot/match", "knowledge", "knowledge/alliance", "knowledge/markup", "knowledge/yamlfile"},
	"adapters":             {"bot", "knowledge/markup", "knowledge/yamlfile"},
	"adapters/adaptertest": {"adapters", "bot", "bot/guard", "knowledge", "knowledge/alliance", "knowledge/markup"},
	"adapters/terminal":    {"adapters", "bot", "knowledge/markup"},
	"adapters/slack":       {"adapters", "adapters/adaptertest", "bot", "bot/guard", "knowledge", "knowledge/alliance", "knowledge/markup", "knowledge/yamlfile"},
	"adapters/discord":     {"adapters", "adapters/adaptertest", "bot", "bot/guard", "knowledge", "knowledge/alliance", "knowledge/markup", "knowledge/yamlfile"},
	"bot":                  {"bot/match", "bot/guard", "knowledge", "knowledge/alliance", "knowledge/markup", "knowledge/yamlfile"},
	"bot/match":            {"knowledge", "knowledge/alliance", "knowledge/markup"},
	"bot/match/genenglish": {},
	"bot/guard":            {"knowledge", "knowledge/alliance", "knowledge/markup", "knowledge/yamlfile"},
	"knowledge":            {"knowledge/yamlfile", "knowledge/markup"},
	"knowledge/alliance":   {},
	"knowledge/markup":     {},
	"knowledge/yamlfile":   {},
}

// vendors lists the only folder that may import each vendor's module.
var vendors = map[string]string{
	"github.com/slack-go/slack":       "adapters/slack",
	"github.com/bwmarrin/discordgo":   "adapters/discord",
	"gopkg.in/yaml.v3":                "knowledge/yamlfile",
	"github.com/yuin/goldmark":        "knowledge/markup",
	"github.com/sahilm/fuzzy":         "bot/match",
	"github.com/kljensen/snowball":    "bot/match",
	"github.com/bits-and-blooms":      "bot/match",
	"golang.org/x/term":               "adapters/terminal",
	"github.com/spf13/cobra":          "cmd/alliancebot",
	"github.com/fsnotify/fsnotify":    "cmd/alliancebot",
	"github.com/rogpeppe/go-internal": "cmd/alliancebot",
	"github.com/creack/pty":           "adapters/terminal",
}

const module = "alliancebot"

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}} {{join .TestImports " "}} {{join .XTestImports " "}}`, module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module+"/")
		allowed, ok := layers[layerOf(pkg)]
		if !ok {
			t.Errorf("package %s is in no layer: say in layers what it may import", pkg)
			continue
		}
		for _, imported := range fields[1:] {
			checkImport(t, pkg, imported, allowed)
		}
	}
}

// layerOf is the layer that a package belongs to: its own, or that of the nearest folder above that has one.
func layerOf(pkg string) string {
	for p := pkg; p != ""; {
		if _, ok := layers[p]; ok {
			return p
		}
		i := strings.LastIndexByte(p, '/')
		if i < 0 {
			break
		}
		p = p[:i]
	}
	return pkg
}

func checkImport(t *testing.T, pkg, imported string, allowed []string) {
	t.Helper()
	if own, ok := strings.CutPrefix(imported, module+"/"); ok {
		if own == pkg || strings.HasPrefix(own, layerOf(pkg)+"/") || layerOf(own) == layerOf(pkg) {
			return
		}
		for _, a := range allowed {
			if own == a {
				return
			}
		}
		t.Errorf("%s imports %s, which its layer may not: imports point from cmd to adapters to bot to knowledge", pkg, own)
		return
	}
	for vendor, only := range vendors {
		if strings.HasPrefix(imported, vendor) && pkg != only && !strings.HasPrefix(pkg, only+"/") {
			t.Errorf("%s imports %s, which only %s may", pkg, imported, only)
		}
	}
}

// TestCoreNamesNoPlatform keeps the core from switching on where a message came from.
func TestCoreNamesNoPlatform(t *testing.T) {
	for _, folder := range []string{"../../bot", "../../bot/match", "../../bot/guard"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("no files in %s: %v", folder, err)
		}
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, platform := range []string{"slack", "discord"} {
				if strings.Contains(strings.ToLower(string(data)), platform) {
					t.Errorf("%s names %s; the core knows no platform", name, platform)
				}
			}
		}
	}
}
