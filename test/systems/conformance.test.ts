/** The suite for adapters can fail: a good adapter passes it, and each bad one by the check that is meant for it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'mocha';
import { hostOf } from '../../harness/core/address.ts';
import type { Json } from '../../harness/core/host.ts';
import type { AdapterForm, Outcome } from '../../harness/core/system.ts';
import type { Subject } from './conformance/bench.ts';
import { checks } from './conformance/checks.ts';

/** How an adapter can be wrong. */
interface Manners {
  /** What it says of a change whose answer was lost. */
  readonly lost: Outcome['type'];
  readonly triesAgain: boolean;
  readonly mismatch: 'fail' | 'info';
  /** What it takes for a value that is not there. */
  readonly absent: Json;
  /** Who answers what another is asked for. */
  readonly answers: number;
  /** Where it appends. */
  readonly appends: 'last' | 'first';
}

const good: Manners = {
  lost: 'info',
  triesAgain: false,
  mismatch: 'fail',
  absent: null,
  answers: 0,
  appends: 'last',
};

describe('conformance of adapters', () => {
  let server: Server;
  before(async () => {
    server = createServer(serve).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => void server.close());

  const failed = async (manners: Manners): Promise<string[]> => {
    const { port } = server.address() as AddressInfo;
    const operations = new Set(['read', 'write', 'cas', 'delete', 'txn', 'txn-append', 'members']);
    const endpoints = [{ name: 'n0', url: `tcp://127.0.0.1:${port}` }];
    const subject: Subject = { adapter: adapterOf(manners), operations, endpoints };
    const found: string[] = [];
    for (const { claim, needs, run } of checks) {
      if (!needs.every((f) => operations.has(f))) continue;
      const wrong = await run(subject);
      if (wrong !== null) found.push(`${claim}: ${wrong}`);
    }
    return found;
  };

  it('lets a good adapter pass', async () => {
    assert.deepEqual(await failed(good), []);
  });

  const bad: readonly (readonly [string, Partial<Manners>, RegExp])[] = [
    ['says that a change failed whose answer was lost', { lost: 'fail' }, /answer is lost.*"fail"/],
    ['says that it was done', { lost: 'ok' }, /answer is lost.*"ok"/],
    ['asks again by itself', { triesAgain: true }, /the write was sent [2-9] times/],
    ['does not know that a cas did not happen', { mismatch: 'info' }, /is sure that it did not/],
    ['asks another member', { answers: 1 }, /members of 0: .*"node":1/],
    ['appends at the wrong end', { appends: 'first' }, /in their order: .*\[2,1\]/],
    ['takes nothing for something', { absent: 0 }, /read of nothing: .*0/],
  ];
  for (const [what, manners, wanted] of bad) {
    it(`rejects one that ${what}`, async () => {
      const found = await failed({ ...good, ...manners });
      assert.ok(
        found.some((line) => wanted.test(line)),
        found.join('\n') || 'it passed',
      );
    });
  }
});

const store = new Map<string, Json>();

/** A product as small as can be: a line of JSON is a request, a line is its answer. */
function serve(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  createInterface({ input: socket }).on('line', (line) => {
    const { f, key, value } = JSON.parse(line) as { f: string; key: string; value: Json };
    const is = store.get(key);
    const [from = null, to = null] = f === 'cas' ? (value as Json[]) : [];
    if (f.startsWith('txn'))
      return void socket.write(`${JSON.stringify({ value: carriedOut(key, value) })}\n`);
    const isRefused = f === 'cas' && JSON.stringify(is ?? null) !== JSON.stringify(from);
    if (f === 'write') store.set(key, value);
    if (f === 'cas' && !isRefused) store.set(key, to);
    if (f === 'delete') store.delete(key);
    const answer = isRefused ? { refused: true } : f === 'read' ? { value: is } : { value };
    socket.write(`${JSON.stringify(answer)}\n`);
  });
}

/** `place` comes before each key, and says where to append. */
function carriedOut(place: string, parts: Json): Json {
  const [prefix = '', end] = place.split('|');
  return (parts as [string, string, Json][]).map(([f, name, value]): Json => {
    const key = `${prefix}${name}`;
    const is = store.get(key) ?? null;
    const list = (is ?? []) as Json[];
    if (f === 'append') store.set(key, end === 'first' ? [value, ...list] : [...list, value]);
    if (f === 'w') store.set(key, value);
    return [f, name, f === 'r' ? is : value];
  });
}

function adapterOf(manners: Manners): AdapterForm {
  return {
    ready: () => Promise.resolve(),
    connect: ([first], _client, { extra }) => ({
      start({ f, key, value }, done) {
        if (f === 'members') return done({ type: 'ok', value: [0], node: manners.answers });
        const prefix = String(extra['prefix']);
        const place = f.startsWith('txn') ? `${prefix}|${manners.appends}` : `${prefix}${key}`;
        const line = `${JSON.stringify({ f, key: place, value })}\n`;
        const attempt = (left: number): void => {
          ask(hostOf(first ?? assert.fail()), line).then(
            ({ refused, value: got = f === 'read' ? manners.absent : value }) =>
              done(
                refused === true
                  ? { type: manners.mismatch, error: 'cas-mismatch' }
                  : { type: 'ok', value: got },
              ),
            () => {
              if (left > 0) return attempt(left - 1);
              const type = f === 'read' ? 'fail' : manners.lost;
              done(type === 'ok' ? { type, value } : { type, error: 'lost' });
            },
          );
        };
        attempt(manners.triesAgain ? 2 : 0);
      },
      close: () => undefined,
    }),
  };
}

async function ask(address: string, line: string): Promise<{ refused?: boolean; value?: Json }> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect({ host, port: Number(port) });
  try {
    return await new Promise((resolve, reject) => {
      socket.on('error', reject).on('close', () => reject(new Error('closed')));
      const lines = createInterface({ input: socket });
      // An interface tells of its socket's errors once more.
      lines.on('error', reject);
      lines.once('line', (answer) =>
        resolve(JSON.parse(answer) as { refused?: boolean; value?: Json }),
      );
      socket.write(line);
    });
  } finally {
    socket.destroy();
  }
}
