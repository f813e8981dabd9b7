package geo

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
)

// spot is a point in degrees.
type spot struct{ lon, lat float64 }

// shape is one place: polygons, each an outer ring and its holes.
type shape struct {
	code  string
	polys [][][]spot
}

// topology is a TopoJSON file: borders shared by two places are stored once and
// named by number, a negative number means backwards.
type topology struct {
	Transform struct{ Scale, Translate [2]float64 }
	Arcs      [][][2]int
	Objects   map[string]struct {
		Geometries []struct {
			Type string
			ID   string
			Arcs json.RawMessage
		}
	}
}

// readShapes decodes data/map/<name>.topo.json.gz.
func readShapes(name string) ([]shape, error) {
	f, err := files.Open("data/map/" + name + ".topo.json.gz")
	if err != nil {
		return nil, fmt.Errorf("geo.readShapes: %w", err)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("geo.readShapes: %s: %w", name, err)
	}
	var t topology
	if err := json.NewDecoder(z).Decode(&t); err != nil {
		return nil, fmt.Errorf("geo.readShapes: %s: %w", name, err)
	}
	arcs := t.points()
	var out []shape
	for _, o := range t.Objects {
		for _, g := range o.Geometries {
			polys, err := rings(g.Type, g.Arcs)
			if err != nil {
				return nil, fmt.Errorf("geo.readShapes: %s: %s: %w", name, g.ID, err)
			}
			s := shape{code: g.ID}
			for _, poly := range polys {
				var p [][]spot
				for _, ring := range poly {
					p = append(p, stitch(arcs, ring))
				}
				s.polys = append(s.polys, p)
			}
			out = append(out, s)
		}
	}
	return out, nil
}

// points undoes the delta coding of the arcs.
func (t *topology) points() [][]spot {
	out := make([][]spot, len(t.Arcs))
	for i, arc := range t.Arcs {
		x, y := 0, 0
		for _, d := range arc {
			x, y = x+d[0], y+d[1]
			out[i] = append(out[i], spot{
				lon: float64(x)*t.Transform.Scale[0] + t.Transform.Translate[0],
				lat: float64(y)*t.Transform.Scale[1] + t.Transform.Translate[1],
			})
		}
	}
	return out
}

// rings reads the arc numbers of a geometry: polygon, ring, arc.
func rings(kind string, raw json.RawMessage) ([][][]int, error) {
	switch kind {
	case "Polygon":
		var one [][]int
		err := json.Unmarshal(raw, &one)
		return [][][]int{one}, err
	case "MultiPolygon":
		var many [][][]int
		err := json.Unmarshal(raw, &many)
		return many, err
	}
	return nil, fmt.Errorf("unexpected geometry %q", kind)
}

// stitch joins arcs into one ring; where two meet, their common point is kept
// once.
func stitch(arcs [][]spot, numbers []int) []spot {
	var out []spot
	for _, n := range numbers {
		back := n < 0
		if back {
			n = ^n
		}
		arc := arcs[n]
		for i := range arc {
			if i == 0 && len(out) > 0 {
				continue
			}
			if back {
				out = append(out, arc[len(arc)-1-i])
			} else {
				out = append(out, arc[i])
			}
		}
	}
	return out
}
