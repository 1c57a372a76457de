/** `antlion up`: says so when it is so, tells of a node that died and starts it again. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'mocha';
import { records } from '../../harness/report/records.ts';
import { antlion, pidOf, skipUnlessBuilt } from './antlion.ts';

interface Line {
  readonly type: 'up' | 'node';
  readonly node: string;
  readonly change: string;
  readonly leader: string | null;
  readonly nodes: readonly { readonly name: string; readonly url: string }[];
}

interface Services {
  readonly services: Readonly<Record<string, unknown>>;
}

/** What is printed, one object after another. */
function linesOf(child: ChildProcess): () => Promise<Line> {
  assert.ok(child.stdout !== null);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { value } = (await lines.next()) as { value: string };
    const line = JSON.parse(value) as Line;
    records[line.type].parse(line);
    return line;
  };
}

const small = ['up', '--servers', '1', '--services', 'none', '--json'];

describe('antlion up', function () {
  this.timeout(120_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('is up once every node answers and somebody leads', async () => {
    const ended = await antlion(['up', '--services', 'front=1,back=1', '--json'], {
      meanwhile: async (child) => {
        const up = await linesOf(child)();
        assert.deepEqual(
          up.nodes.map((n) => n.name),
          ['server-0', 'server-1', 'server-2', 'front-0', 'back-0'],
        );
        assert.match(up.leader ?? '', /^server-\d$/);
        for (const { url } of up.nodes) assert.equal((await fetch(`${url}/health`)).status, 200);
        child.kill('SIGINT');
      },
    });
    assert.equal(ended.code, 130, ended.stderr);
  });

  it('tells at once of a node that died, and starts it again', async () => {
    const ended = await antlion(small, {
      meanwhile: async (child, folder) => {
        const next = linesOf(child);
        const up = await next();
        process.kill(pidOf(folder, 'server-0'), 'SIGKILL');
        const died = await next();
        assert.deepEqual([died.type, died.node, died.change], ['node', 'server-0', 'ended']);
        const started = await next();
        assert.deepEqual([started.node, started.change], ['server-0', 'started']);
        assert.equal(up.type, 'up');
        child.kill('SIGTERM');
      },
    });
    assert.equal(ended.code, 143, ended.stderr);
  });

  it('lets a node that is told to stop say goodbye: it is gone from members and lists', async () => {
    const ended = await antlion(['up', '--services', 'front=1,back=1', '--json', '--no-restart'], {
      meanwhile: async (child, folder) => {
        const next = linesOf(child);
        const { nodes } = await next();
        const [url] = nodes.map((n) => n.url);
        process.kill(pidOf(folder, 'back-0'), 'SIGTERM');
        const stopped = await next();
        assert.deepEqual([stopped.node, stopped.change], ['back-0', 'ended']);
        // Whoever is asked may hear of it a round of gossip later.
        for (let hasLeft = false; !hasLeft;) {
          const members = (await (await fetch(`${url}/members`)).json()) as { status: string }[];
          const { services } = (await (await fetch(`${url}/services`)).json()) as Services;
          hasLeft = members[4]?.status === 'left' && Object.keys(services).join() === 'front';
        }
        child.kill('SIGINT');
      },
    });
    assert.equal(ended.code, 130, ended.stderr);
  });

  it('keeps data, and refuses that of another cluster, or of another version', async () => {
    const data = join(mkdtempSync(join(tmpdir(), 'antlion-test-')), 'data');
    const change = async (work: (url: string) => Promise<void>): Promise<void> => {
      await antlion([...small, '--data', data], {
        meanwhile: async (child) => {
          const { nodes } = await linesOf(child)();
          await work(nodes[0]?.url ?? '');
          child.kill('SIGINT');
        },
      });
    };
    try {
      await change(async (url) => {
        const put = await fetch(`${url}/kv/colour`, { method: 'PUT', body: '"red"' });
        assert.equal(put.status, 200);
      });
      await change(async (url) => {
        const got = (await (await fetch(`${url}/kv/colour`)).json()) as { value: unknown };
        assert.equal(got.value, 'red');
      });
      const other = await antlion(['up', '--data', data]);
      assert.match(other.stderr, /^E_CONFIG: .* holds the data of other nodes/);
      assert.equal(other.code, 64);
      const mark = join(data, 'antlion.json');
      writeFileSync(mark, readFileSync(mark, 'utf8').replace('"version":2', '"version":1'));
      const earlier = await antlion([...small, '--data', data]);
      assert.match(earlier.stderr, /^E_CONFIG: .* was written by another version of antlion/);
      assert.equal(earlier.code, 64);
    } finally {
      rmSync(join(data, '..'), { recursive: true });
    }
  });

  for (const [args, message] of [
    ['--servers 0', /'0' is invalid. It is no whole number from 1/],
    ['--services a', /^E_USAGE: services is "a", wanted name=instances/],
    ['--services a=1,a=2', /^E_USAGE: services is/],
    ['--servers 48', /^E_USAGE: the cluster has 51 nodes, wanted at most 50/],
    ['--port 80', /no port from 1024/],
    ['--mutant nope', /^E_MUTANT_UNKNOWN/],
    ['--data /proc/nowhere', /^E_FOLDER: data cannot be kept in \/proc\/nowhere/],
  ] as const) {
    it(`refuses ${args}`, async () => {
      const ended = await antlion(['up', ...args.split(' ')]);
      assert.match(ended.stderr, message);
      assert.ok([64, 69].includes(ended.code) && ended.stdout === '');
    });
  }
});
