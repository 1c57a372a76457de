"""A key-value store: the first node takes the writes and copies them to the others."""
import json, sys, threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

name, port = sys.argv[1], int(sys.argv[2])
peers = dict(peer.split("=") for peer in sys.argv[3].split(","))
primary = min([name, *peers])
store, lock, version = {}, threading.Lock(), 0


def send(address, path, body, seconds):
    connection = HTTPConnection(address, timeout=seconds)
    try:
        connection.request("PUT", path, json.dumps(body))
        return connection.getresponse().status
    except OSError:
        return 504
    finally:
        connection.close()


class Node(BaseHTTPRequestHandler):
    def do_GET(self):
        with lock:
            _, value = store.get(self.path, (0, None))
        self.answer(404 if value is None else 200, value)

    def do_PUT(self):
        global version
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if name != primary and "version" not in body:
            return self.answer(send(peers[primary], self.path, body, 2), None)
        with lock:
            if name == primary:
                version += 1
                body = {**body, "version": version}
            if store.get(self.path, (0,))[0] < body["version"]:
                store[self.path] = (body["version"], body["value"])
        if name == primary:
            # Who does not take the copy within 100 ms gets the next one.
            copies = [threading.Thread(target=send, args=(at, self.path, body, 0.1)) for at in peers.values()]
            for copy in copies: copy.start()
            for copy in copies: copy.join()
        self.answer(200, None)

    def answer(self, status, value):
        body = json.dumps({"value": value}).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_): pass


ThreadingHTTPServer(("127.0.0.1", port), Node).serve_forever()
