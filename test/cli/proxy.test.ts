/** `antlion proxy` as a user starts it. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSink, dial } from '../links/sockets.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';

describe('antlion proxy', () => {
  let folder = '';
  before(function () {
    skipUnlessBuilt(this);
    folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });
  const config = (value: unknown): string => {
    const path = join(folder, 'toxiproxy.json');
    writeFileSync(path, JSON.stringify(value));
    return path;
  };

  it("takes Toxiproxy's config file, and passes data on until it is stopped", async () => {
    await using sink = await openSink();
    const proxies = [{ name: 'db', listen: '127.0.0.1:0', upstream: sink.address, enabled: true }];
    const meanwhile = async (child: ChildProcess): Promise<void> => {
      const url = await urlIn(child);
      const response = await fetch(`${url}/proxies/db`);
      const { listen } = (await response.json()) as { listen: string };
      const client = await dial(listen);
      client.socket.write('hello');
      await sink.until(() => sink.text() === 'hello');
      child.kill('SIGTERM');
      await client.over;
    };
    const args = ['proxy', '--port', '0', '--seed', '7', '--config', config(proxies)];
    const { code } = await antlion(args, { meanwhile });
    assert.equal(code, 143);
  });

  it('sets the toxics of the config file, and shows figures of its process', async () => {
    const toxics = [{ type: 'latency', attributes: { latency: 5 }, deadline: 60_000 }];
    const proxies = [{ name: 'a/b', listen: '127.0.0.1:0', upstream: 'x:1', toxics: [] }];
    const meanwhile = async (child: ChildProcess): Promise<void> => {
      const url = await urlIn(child);
      assert.match(await (await fetch(`${url}/proxies/db`)).text(), /"latency_downstream"/);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      assert.match(metrics, /^process_resident_memory_bytes \d+/m);
      child.kill('SIGTERM');
    };
    const all = [...proxies, { name: 'db', listen: '127.0.0.1:0', upstream: 'x:1', toxics }];
    const args = ['proxy', '--port', '0', '--runtime-metrics', '--config', config(all)];
    assert.equal((await antlion(args, { meanwhile })).code, 143);
  });

  it('refuses a config that it cannot do, and says which', async () => {
    const refused = async (path: string, message: RegExp): Promise<void> => {
      const { code, stderr } = await antlion(['proxy', '--port', '0', '--config', path]);
      assert.equal(code, 64);
      assert.match(stderr, message);
    };
    await refused(join(folder, 'none'), /^E_CONFIG: config \S+none cannot be read \(ENOENT\)/);
    await refused(config({}), /^E_CONFIG: config \S+ is refused: bad request body: json: cannot/);
    const toxics = [{ type: 'sloth' }];
    await refused(
      config([{ name: 'x', upstream: 'x:1', enabled: false, toxics }]),
      /is refused, a toxic of x: invalid toxic type/,
    );
    await refused(config([{ name: 'x' }]), /missing required field: upstream at proxy 1/);
  });

  it('refuses a port that is none', async () => {
    const { code, stderr } = await antlion(['proxy', '--port', '65536']);
    assert.equal(code, 64);
    assert.match(stderr, /no port from 0 to 65535/);
  });
});

async function urlIn(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    const url = /http:\/\/[\d.:]+/.exec(text)?.[0].replace(/\.$/, '');
    if (text.includes('\n') && url !== undefined) return url;
  }
  throw new Error(`no address in ${text}`);
}
