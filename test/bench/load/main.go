// A server and a client for the bench of the proxy. `load serve` prints its address; `load KIND ADDRESS
// CONNECTIONS AMOUNT` prints one figure: bulk (MB/s, of AMOUNT MB on each connection), echo (µs, p50 of
// AMOUNT round trips of 64 bytes), connect (connections/s, AMOUNT of them, each with one round trip).
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"sort"
	"strconv"
	"sync"
	"time"
)

const megabyte = 1000 * 1000

func main() {
	if os.Args[1] == "serve" {
		serve()
		return
	}
	address := os.Args[2]
	connections, _ := strconv.Atoi(os.Args[3])
	amount, _ := strconv.Atoi(os.Args[4])
	switch os.Args[1] {
	case "bulk":
		begun := time.Now()
		each(connections, func() { bulk(address, amount*megabyte) })
		fmt.Println(float64(connections*amount) / time.Since(begun).Seconds())
	case "echo":
		fmt.Println(echo(address, amount))
	case "connect":
		begun := time.Now()
		each(connections, func() {
			for i := 0; i < amount/connections; i++ {
				connection := dial(address)
				turn(connection, make([]byte, 64))
				connection.Close()
			}
		})
		fmt.Println(float64(amount) / time.Since(begun).Seconds())
	}
}

// The first byte says what is wanted: 'b' for data without end, anything else comes back.
func serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Println(listener.Addr())
	for {
		connection, err := listener.Accept()
		must(err)
		go func() {
			defer connection.Close()
			first := make([]byte, 64)
			n, err := connection.Read(first)
			if err != nil {
				return
			}
			if first[0] == 'b' {
				for block := make([]byte, 64*1024); err == nil; {
					_, err = connection.Write(block)
				}
				return
			}
			if _, err = connection.Write(first[:n]); err == nil {
				io.Copy(connection, connection)
			}
		}()
	}
}

func bulk(address string, bytes int) {
	connection := dial(address)
	defer connection.Close()
	_, err := connection.Write([]byte("b"))
	must(err)
	block := make([]byte, 256*1024)
	for bytes > 0 {
		n, err := connection.Read(block)
		must(err)
		bytes -= n
	}
}

func echo(address string, times int) float64 {
	connection := dial(address)
	defer connection.Close()
	message := make([]byte, 64)
	took := make([]float64, times)
	for i := range took {
		begun := time.Now()
		turn(connection, message)
		took[i] = float64(time.Since(begun).Nanoseconds()) / 1000
	}
	sort.Float64s(took)
	return took[times/2]
}

func turn(connection net.Conn, message []byte) {
	_, err := connection.Write(message)
	must(err)
	_, err = io.ReadFull(connection, message)
	must(err)
}

func dial(address string) net.Conn {
	connection, err := net.Dial("tcp", address)
	must(err)
	return connection
}

func each(n int, work func()) {
	var all sync.WaitGroup
	for i := 0; i < n; i++ {
		all.Add(1)
		go func() { defer all.Done(); work() }()
	}
	all.Wait()
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
