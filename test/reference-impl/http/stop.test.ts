import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Servers, type Answer } from '../../prove/lasting/servers.ts';

describe('a node that is told to stop', function () {
  this.timeout(60_000);
  let folder = '';
  let cluster: Servers;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'antlion-stop-'));
    cluster = await Servers.start(folder);
  });
  afterEach(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  it('answers what is open before it ends, and cuts nobody off', async () => {
    const node = await cluster.follower();
    const watch = await openStream(`http://127.0.0.1:${node.port}/watch/kv?after=0`);
    for (const { pid } of cluster.nodes) if (pid !== node.pid) process.kill(pid, 'SIGSTOP');
    const open = [node.ask('PUT', '/kv/a', '1'), node.ask('GET', '/kv/a')];
    // All three are in its hands when it answers what came after them.
    await node.ask('GET', '/kv/a?stale');
    const [, put, read, watched] = await Promise.all([node.end('SIGTERM'), ...open, watch.end]);
    // Where it has missed its leader already, it has not begun the write.
    const isBegun = (put as Answer).status === 504;
    assertError(put as Answer, isBegun ? 504 : 503, isBegun ? 'unknown' : false);
    assertError(read as Answer, 503, false);
    assert.equal(watched, 'ended');
  });
});

function assertError({ status, body }: Answer, wanted: number, happened: unknown): void {
  assert.equal(status, wanted);
  assert.equal((JSON.parse(body) as { happened: unknown }).happened, happened);
}

/** A stream that has begun; `end` says whether it was ended or cut off. */
async function openStream(url: string): Promise<{ readonly end: Promise<string> }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false }, resolve).once('error', reject);
  });
  const end = new Promise<string>((resolve) => {
    response.once('end', () => resolve('ended'));
    response.once('error', (e) => resolve(e.message));
  });
  response.resume();
  return { end };
}
