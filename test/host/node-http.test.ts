import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { noFaults, runHeader } from '../../harness/host/control-protocol.ts';
import type { NodeCounters, NodeFaults } from '../../harness/host/control-protocol.ts';
import { serveHttp } from '../../harness/host/node-http.ts';

const figures: NodeCounters = {
  sent: { 1: 2 },
  links: {},
  skewedReads: 0,
  delayedSyncs: 0,
  dropped: 0,
};

describe('the control channel of a node', () => {
  const set: NodeFaults[] = [];
  let server: Server;
  let url = '';

  before(async () => {
    const control = {
      setFaults: (f: NodeFaults) => void set.push(f),
      counters: () => figures,
      probe: () => Promise.resolve([]),
    };
    server = await serveHttp({ host: '127.0.0.1', port: 0 }, { run: 'r', control });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/control`;
  });
  after(() => void server.close());

  const headers = { [runHeader]: 'r', 'content-type': 'application/json' };
  const post = async (sequence: number, syncDelayUs: number): Promise<number> => {
    const body = JSON.stringify({ sequence, faults: { ...noFaults, syncDelayUs } });
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };

  it('refuses a request that comes after a later one', async () => {
    assert.deepEqual([await post(1, 5), await post(3, 0), await post(2, 5)], [200, 200, 409]);
    assert.equal(await post(3, 5), 409);
    assert.deepEqual(
      set.map((f) => f.syncDelayUs),
      [5, 0],
    );
  });

  it('tells its figures and changes nothing', async () => {
    const before = set.length;
    assert.deepEqual(await (await fetch(url, { headers })).json(), figures);
    assert.equal(set.length, before);
    assert.equal((await fetch(url)).status, 403);
    assert.equal((await fetch(url, { method: 'PUT', headers })).status, 405);
  });
});
