/**
 * A member for tests: GET /ask/NAME asks that peer, by its own address or through HTTP_PROXY, and tells
 * what became of it; GET /sync writes and syncs; GET /up is its own answer. NAME PORT PEERS DATA, and HOST where it is not 127.0.0.1.
 */
import { createServer, get } from 'node:http';
import { appendFileSync, existsSync, fsync, openSync, readFileSync, writeSync } from 'node:fs';

const [name, port, peers, data, host = '127.0.0.1'] = process.argv.slice(2);
const addresses = new Map(peers.split(',').map((peer) => peer.split('=')));
const file = `${data}/starts`;
appendFileSync(file, '.');
let synced = null;

function ask(peer, done) {
  const proxy = process.env.HTTP_PROXY;
  const url = `http://${addresses.get(peer)}/up`;
  const options = proxy
    ? { host: new URL(proxy).hostname, port: new URL(proxy).port, path: url }
    : new URL(url);
  let isOver = false;
  const end = (text) => {
    if (!isOver) done(text);
    isOver = true;
  };
  const request = get(options, (answer) => {
    answer
      .resume()
      .on('end', () => end('heard'))
      .on('error', () => end('lost'));
    answer.on('aborted', () => end('lost'));
  });
  // Its own time-out counts from the connection on, and that may never come.
  setTimeout(() => request.destroy(new Error('time')), 300);
  request.on('error', () => end('lost'));
}

createServer((request, response) => {
  const [, what, peer] = request.url.split('/');
  if (what === 'ask') ask(peer, (text) => response.end(JSON.stringify(text)));
  else if (what === 'starts')
    response.end(String(existsSync(file) ? readFileSync(file).length : 0));
  else if (what === 'sync') {
    synced ??= openSync(`${data}/synced`, 'a');
    writeSync(synced, 'x');
    fsync(synced, (error) => response.end(JSON.stringify(error === null ? 'synced' : error.code)));
  } else if (what === 'says')
    response.end(JSON.stringify([{ kind: 'starts', count: readFileSync(file).length }, 'no kind']));
  else response.end(JSON.stringify('up'));
}).listen(port, host, () => console.log(`${name} listens`));
