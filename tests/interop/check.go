// An independent reader of our log: golang.org/x/mod/sumdb/{note,tlog} and nothing of ours.
// go run check.go FOLDER VKEY JSON: FOLDER holds the tree, JSON the proofs to check. Prints how much was checked, or fails.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type Asked struct {
	Checkpoints []string
	Inclusion   []struct {
		Size, Index int64
		Path        []string
		Root        string
	}
	Consistency []struct {
		Old, New         int64
		Path             []string
		OldRoot, NewRoot string
	}
}

// reader serves tiles from the folder, by the paths of tlog-tiles (the path of sumdb without its height).
type reader struct{ folder string }

func (r reader) Height() int { return 8 }
func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(r.folder, path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}
func (r reader) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func hash(text string) (h tlog.Hash) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(data) != len(h) {
		log.Fatalf("not a hash: %q", text)
	}
	copy(h[:], data)
	return
}

func hashes(texts []string) (found []tlog.Hash) {
	for _, text := range texts {
		found = append(found, hash(text))
	}
	return
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	folder, vkey := os.Args[1], os.Args[2]
	var asked Asked
	data, err := os.ReadFile(os.Args[3])
	must(err)
	must(json.Unmarshal(data, &asked))
	verifier, err := note.NewVerifier(vkey)
	must(err)
	for _, text := range asked.Checkpoints {
		signed, err := note.Open([]byte(text), note.VerifierList(verifier))
		must(err)
		lines := strings.Split(signed.Text, "\n")
		if lines[0] != verifier.Name() {
			log.Fatalf("origin %q", lines[0])
		}
		var size int64
		_, err = fmt.Sscanf(lines[1], "%d", &size)
		must(err)
		tree := tlog.Tree{N: size, Hash: hash(lines[2])}
		tiles := tlog.TileHashReader(tree, reader{folder}) // checks every tile it reads against the root
		root, err := tlog.TreeHash(size, tiles)
		must(err)
		if root != tree.Hash {
			log.Fatal("the tiles do not lead to the root")
		}
		for index := int64(0); index < size; index++ { // every entry hashes to its leaf
			bundle, err := os.ReadFile(filepath.Join(folder, entries(index, size)))
			must(err)
			for n := int64(0); n < index%256; n++ {
				bundle = bundle[2+int(bundle[0])<<8+int(bundle[1]):]
			}
			entry := bundle[2 : 2+int(bundle[0])<<8+int(bundle[1])]
			proof, err := tlog.ProveRecord(size, index, tiles)
			must(err)
			must(tlog.CheckRecord(proof, size, tree.Hash, index, tlog.RecordHash(entry)))
		}
	}
	for _, p := range asked.Inclusion {
		bundle, err := os.ReadFile(filepath.Join(folder, entries(p.Index, p.Size)))
		must(err)
		for n := int64(0); n < p.Index%256; n++ {
			bundle = bundle[2+int(bundle[0])<<8+int(bundle[1]):]
		}
		entry := bundle[2 : 2+int(bundle[0])<<8+int(bundle[1])]
		must(tlog.CheckRecord(hashes(p.Path), p.Size, hash(p.Root), p.Index, tlog.RecordHash(entry)))
	}
	for _, p := range asked.Consistency {
		must(tlog.CheckTree(hashes(p.Path), p.New, hash(p.NewRoot), p.Old, hash(p.OldRoot)))
	}
	fmt.Printf("%d %d %d\n", len(asked.Checkpoints), len(asked.Inclusion), len(asked.Consistency))
}

func entries(index, size int64) string {
	tile := tlog.Tile{H: 8, L: -1, N: index / 256, W: 256}
	if size < (tile.N+1)*256 {
		tile.W = int(size % 256)
	}
	path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
	if _, err := os.Stat(filepath.Join(os.Args[1], path)); err != nil && tile.W < 256 {
		tile.W = 256 // the partial bundle has been replaced by the full one
		path = strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
	}
	return path
}
