// Checks a history with Porcupine, to compare with: prints one JSON line. It gives up, "Unknown", after
// LIMIT_SECONDS, or when its memory grows beyond what a shared machine can spare.
//
// A file has one event a line, as `antlion check` reads them. An operation without a completion returns
// after everything else; "fail" did not happen.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

type event struct {
	Process int             `json:"process"`
	Type    string          `json:"type"`
	F       string          `json:"f"`
	Key     string          `json:"key"`
	Value   json.RawMessage `json:"value"`
}

// The text of a JSON value stands for the value.
type input struct {
	f, key, value, to string
}

type output struct {
	value   string
	unknown bool
}

func partition(history []porcupine.Event) [][]porcupine.Event {
	parts := make(map[string][]porcupine.Event)
	part := make(map[int]string)
	var keys []string
	for _, e := range history {
		if e.Kind == porcupine.CallEvent {
			key := e.Value.(input).key
			part[e.Id] = key
			if parts[key] == nil {
				keys = append(keys, key)
			}
		}
		key := part[e.Id]
		parts[key] = append(parts[key], e)
	}
	all := make([][]porcupine.Event, 0, len(keys))
	for _, key := range keys {
		all = append(all, parts[key])
	}
	return all
}

func model(initial string) porcupine.Model {
	return porcupine.Model{
		PartitionEvent: partition,
		Init:           func() interface{} { return initial },
		Step: func(state, in, out interface{}) (bool, interface{}) {
			i, o, s := in.(input), out.(output), state.(string)
			switch i.f {
			case "read", "get":
				return o.unknown || o.value == s, s
			case "append":
				return true, strings.TrimSuffix(s, `"`) + strings.TrimPrefix(i.value, `"`)
			case "cas":
				if i.value == s {
					return true, i.to
				}
				return o.unknown, s
			default:
				return true, i.value
			}
		},
	}
}

func read(file string) []porcupine.Event {
	f, err := os.Open(file)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	var all []event
	failed := make(map[int]bool)
	invoked := make(map[int]int)
	scanner := bufio.NewScanner(f)
	scanner.Buffer(make([]byte, 1<<20), 1<<26)
	for scanner.Scan() {
		var e event
		if err := json.Unmarshal(scanner.Bytes(), &e); err != nil {
			panic(err)
		}
		if e.Type == "invoke" {
			invoked[e.Process] = len(all)
		} else if e.Type == "fail" {
			failed[invoked[e.Process]] = true
		}
		all = append(all, e)
	}
	var events []porcupine.Event
	open := make(map[int]int)
	var order []int
	for at, e := range all {
		if e.Type == "invoke" {
			if failed[at] {
				open[e.Process] = -1
				continue
			}
			in := input{f: e.F, key: e.Key, value: string(e.Value)}
			if e.F == "cas" {
				var pair []json.RawMessage
				if err := json.Unmarshal(e.Value, &pair); err != nil {
					panic(err)
				}
				in.value, in.to = string(pair[0]), string(pair[1])
			}
			events = append(events, porcupine.Event{ClientId: e.Process, Kind: porcupine.CallEvent, Value: in, Id: at})
			open[e.Process] = at
			order = append(order, e.Process)
		} else if e.Type == "ok" {
			out := output{value: string(e.Value)}
			events = append(events, porcupine.Event{ClientId: e.Process, Kind: porcupine.ReturnEvent, Value: out, Id: open[e.Process]})
			delete(open, e.Process)
		} else if e.Type == "fail" {
			delete(open, e.Process)
		}
	}
	for _, process := range order {
		if id, isOpen := open[process]; isOpen && id >= 0 {
			events = append(events, porcupine.Event{ClientId: process, Kind: porcupine.ReturnEvent, Value: output{unknown: true}, Id: id})
			delete(open, process)
		}
	}
	return events
}

// Each is checked several times, and the best counts: another process on the machine is not its fault.
const runsMin = 5
const repeatFor = 50 * time.Millisecond

// More than this counts as giving up, like the limit of time.
const heapMax = 8 << 30

func watchMemory(giveUp func()) {
	for range time.Tick(100 * time.Millisecond) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		if m.HeapAlloc > heapMax {
			giveUp()
		}
	}
}

func report(verdict porcupine.CheckResult, best time.Duration) {
	line, _ := json.Marshal(map[string]interface{}{"verdict": verdict, "ms": float64(best.Microseconds()) / 1000})
	fmt.Println(string(line))
}

func main() {
	limit := 60 * time.Second
	if seconds, err := strconv.Atoi(os.Getenv("LIMIT_SECONDS")); err == nil {
		limit = time.Duration(seconds) * time.Second
	}
	initial, file, _ := strings.Cut(os.Args[1], "=")
	go watchMemory(func() {
		report(porcupine.Unknown, limit)
		os.Exit(0)
	})
	events := read(file)
	m := model(initial)
	best := limit
	var result porcupine.CheckResult
	begun := time.Now()
	for run := 0; run < runsMin || time.Since(begun) < repeatFor; run++ {
		start := time.Now()
		result = porcupine.CheckEventsTimeout(m, events, limit)
		elapsed := time.Since(start)
		if elapsed < best {
			best = elapsed
		}
		if elapsed > 100*time.Millisecond {
			break
		}
	}
	report(result, best)
}
