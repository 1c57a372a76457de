/**
 * Somebody in a network: ADDRESS. Told `{ to, text }` it says that by a datagram and on a connection that it
 * keeps, and tells whatever it hears as `[how, text]`.
 */
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';

const port = 9_999;
const [address] = process.argv.slice(2);
const open = new Map();
const tell = (how) => (bytes) => {
  for (const text of String(bytes).split(' ')) if (text !== '') process.send([how, text]);
};

const datagrams = createSocket('udp4').on('message', tell('udp'));
const server = createServer((from) => from.on('data', tell('tcp')).on('error', () => undefined));
process.on('message', ({ to, text }) => {
  if (!open.has(to)) open.set(to, connect(port, to));
  open.get(to).write(`${text} `);
  datagrams.send(`${text} `, port, to);
});
process.on('disconnect', () => process.exit());
datagrams.bind(port, address, () => server.listen(port, address, () => process.send('listens')));
