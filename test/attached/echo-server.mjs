// One member of a foreign system, as its own process: `echo-server.mjs PORT FILE`. POST / {f, value}.
// write is durable in FILE, note is in memory, ignore gets no answer, refuse a definite no.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file] = process.argv.slice(2);
const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
let durable = lines.length > 0 ? JSON.parse(lines.at(-1)) : null;
let memory = null;

function perform({ f, value }) {
  if (f === 'write') {
    appendFileSync(file, `${JSON.stringify(value)}\n`, { flush: true });
    durable = value;
  }
  if (f === 'note') memory = value;
  return f === 'recall' ? memory : f === 'read' ? durable : value;
}

createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const op = JSON.parse(body);
    if (op.f === 'ignore') return;
    response.statusCode = op.f === 'refuse' ? 409 : 200;
    response.end(JSON.stringify(perform(op)));
  });
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('up\n'));
