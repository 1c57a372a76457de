/** A key-value store of three nodes, with a bug: the first one takes the writes, and acknowledges them after 100 ms in any case. */
import { createServer } from 'node:http';

const [name, port, list] = process.argv.slice(2);
const peers = new Map(list.split(',').map((peer) => peer.split('=')));
const primary = [name, ...peers.keys()].sort()[0];
const store = new Map();
let version = 0;

async function send(address, path, body, ms) {
  try {
    const signal = AbortSignal.timeout(ms);
    const text = JSON.stringify(body);
    return (await fetch(`http://${address}${path}`, { method: 'PUT', body: text, signal })).status;
  } catch {
    return 504;
  }
}

async function put(path, body) {
  if (name !== primary && body.version === undefined) {
    return send(peers.get(primary), path, body, 2_000);
  }
  const entry = name === primary ? { value: body.value, version: ++version } : body;
  if ((store.get(path)?.version ?? 0) < entry.version) store.set(path, entry);
  // Who does not take the copy within 100 ms gets the next one.
  if (name === primary)
    await Promise.all([...peers.values()].map((at) => send(at, path, entry, 100)));
  return 200;
}

createServer(async (request, response) => {
  let text = '';
  for await (const piece of request) text += piece;
  const found = store.get(request.url);
  const isRead = request.method === 'GET';
  response.statusCode = !isRead ? await put(request.url, JSON.parse(text)) : found ? 200 : 404;
  response.end(JSON.stringify({ value: isRead ? (found?.value ?? null) : null }));
}).listen(Number(port), '127.0.0.1');
