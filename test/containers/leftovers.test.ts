import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Context } from 'mocha';
import type { Engine } from '../../harness/containers/engine.ts';
import { recover } from '../../harness/cleanup/recover.ts';
import { engineOrSkip, labelled } from './docker.ts';

const program = fileURLToPath(new URL('./mortal-harness.ts', import.meta.url));

/** A harness in a process of its own; every line that it prints can be waited for in turn. */
class MortalHarness {
  readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly journals: string;

  /** `folder` is its folder for temporary files, its journal among them. */
  constructor(folder: string, variables: Readonly<Record<string, string>> = {}) {
    this.journals = join(folder, 'antlion');
    mkdirSync(this.journals, { mode: 0o700 });
    this.child = spawn(process.execPath, [...process.execArgv, program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder, XDG_STATE_HOME: folder, ...variables },
    });
    assert.ok(this.child.stdout !== null);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async says(): Promise<string> {
    const next = await this.lines.next();
    assert.ok(next.done !== true, 'the harness ended without a word');
    return next.value;
  }

  /** Valid once there is one. */
  get journal(): string {
    return join(this.journals, readdirSync(this.journals)[0] ?? 'none');
  }

  /** The journal goes when all that it holds was undone: the watchdog's last deed. */
  journalGone(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (readdirSync(this.journals).length > 0) return;
        watcher.close();
        resolve();
      };
      const watcher = watch(this.journals, look);
      look();
    });
  }
}

describe('what a run of containers leaves', function () {
  this.timeout(120_000);
  let engine: Engine;
  let folder = '';
  before(async function (this: Context) {
    engine = await engineOrSkip(this);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is nothing when the harness is killed: the watchdog removes it', async () => {
    const harness = new MortalHarness(folder);
    const run = await harness.says();
    assert.equal(await harness.says(), 'ready');
    assert.notDeepEqual(await labelled(engine, run), []);
    harness.child.kill('SIGKILL');
    await harness.journalGone();
    assert.deepEqual(await labelled(engine, run), []);
  });

  it('is nothing after Ctrl-C on a cluster that is up', async () => {
    const harness = new MortalHarness(folder);
    const run = await harness.says();
    assert.equal(await harness.says(), 'ready');
    harness.child.kill('SIGINT');
    assert.equal(await harness.says(), 'interrupted');
    await harness.journalGone();
    assert.deepEqual(await labelled(engine, run), []);
  });

  it('is nothing after Ctrl-C on a cluster that is on its way up', async () => {
    const made = await nextNetwork(engine);
    const harness = new MortalHarness(folder);
    const run = await harness.says();
    await made(run);
    harness.child.kill('SIGINT');
    assert.equal(await harness.says(), 'interrupted');
    await harness.journalGone();
    assert.deepEqual(await labelled(engine, run), []);
  });

  it('is in the journal when the engine goes away, for antlion clean to remove', async () => {
    const path = join(folder, 'docker.sock');
    const socket = engine.address.replace(/^unix:\/\//, '');
    let cut = await bridge(path, socket);
    try {
      const harness = new MortalHarness(folder, { DOCKER_HOST: `unix://${path}` });
      const run = await harness.says();
      assert.equal(await harness.says(), 'ready');
      cut();
      assert.equal(await harness.says(), 'E_DOCKER_LOST');
      await once(harness.child, 'exit');
      assert.notDeepEqual(await labelled(engine, run), []);
      // Another engine answers, and is not asked: it was not there that the run was.
      const { undone, left } = await recover(harness.journal);
      assert.deepEqual(undone, []);
      assert.match(left.join(), new RegExp(`run ${run} on unix://${path}.*E_NO_DOCKER`));
      cut = await bridge(path, socket);
      assert.deepEqual((await recover(harness.journal)).left, []);
      assert.deepEqual(readdirSync(join(folder, 'antlion')), []);
      assert.deepEqual(await labelled(engine, run), []);
    } finally {
      cut();
    }
  });
});

/** Listens to the engine; gives the means to wait until it has made a network of a run. */
async function nextNetwork({ docker }: Engine): Promise<(run: string) => Promise<void>> {
  const stream = await docker.getEvents({ filters: { type: ['network'], event: ['create'] } });
  const lines = createInterface({ input: stream });
  return (run) =>
    new Promise((resolve) => {
      lines.on('line', (line) => {
        if (!line.includes(`antlion-${run}-`)) return;
        lines.close();
        (stream as Readable).destroy();
        resolve();
      });
    });
}

/** Another way to the engine's socket, at `path`, which can be cut as if the engine had died. */
async function bridge(path: string, engine: string): Promise<() => void> {
  const open = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(engine);
    for (const [a, b] of [
      [from, to],
      [to, from],
    ] as const) {
      open.add(a);
      a.pipe(b);
      a.on('error', () => b.destroy()).on('close', () => b.destroy());
    }
  });
  server.listen(path);
  await once(server, 'listening');
  return () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
}
