import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeChild } from '../../harness/processes/node-child.ts';
import { OutputFile } from '../../harness/processes/output-file.ts';

describe('a node as a child process', function () {
  this.timeout(30_000);
  let folder = '';
  const running: NodeChild[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((child) => child.stop()));
    rmSync(folder, { recursive: true });
  });

  interface Watched {
    readonly child: NodeChild;
    readonly exits: string[];
    /** Resolves when it ended without having been asked to. */
    readonly exit: Promise<void>;
    /** Resolves when it has written a line. */
    readonly said: Promise<void>;
  }

  /** Starts a node that is nothing but `program`. */
  async function start(program: string): Promise<Watched> {
    const entry = join(folder, 'main.mjs');
    writeFileSync(entry, program);
    const exits: string[] = [];
    let exited = (): void => undefined;
    let spoke = (): void => undefined;
    const exit = new Promise<void>((resolve) => (exited = resolve));
    const said = new Promise<void>((resolve) => (spoke = resolve));
    const child = new NodeChild({
      name: 'server-0',
      entry,
      launch: {} as never,
      logPath: join(folder, 'server-0.out'),
      onEvent: () => spoke(),
      onSpawn: () => undefined,
      onGone: () => undefined,
      onFailed: (e) => exits.push(e.message),
      onExit(code, signal) {
        exits.push(signal ?? String(code));
        exited();
      },
    });
    running.push(child);
    await child.start();
    return { child, exits, exit, said };
  }

  const sayIt = `console.log('{"level":30,"node":0,"timeUs":1,"msg":"started"}');`;

  it('tells of an end that nobody asked for, also of one that stands still', async () => {
    const { child, exits, exit, said } = await start(`${sayIt} setInterval(() => {}, 1e6)`);
    await said;
    child.pause();
    process.kill(child.pid ?? 0, 'SIGKILL');
    await exit;
    assert.deepEqual(exits, ['SIGKILL']);
  });

  it('tells of an end that came before the kill that was asked for', async () => {
    const { child, exits, said } = await start(`${sayIt} process.exit(3);`);
    await said;
    // Dead by now or soon: its last word came before its end, and nobody has told us of it yet.
    while (!isCorpse(child.pid)) await turn();
    await child.kill();
    assert.deepEqual(exits, ['3']);
  });

  it('says nothing of a kill that was asked for', async () => {
    const { child, exits, said } = await start(`${sayIt} setInterval(() => {}, 1e6)`);
    await said;
    await child.kill();
    assert.deepEqual(exits, []);
  });

  it('is gone although a program that it started holds its output open', async () => {
    const { child, said } = await start(`
      import { spawn } from 'node:child_process';
      const held = spawn('sleep', ['20'], { stdio: 'inherit', detached: true });
      held.once('spawn', () => { ${sayIt} });
      setInterval(() => {}, 1e6);`);
    await said;
    const since = performance.now();
    await child.kill();
    assert.ok(performance.now() - since < 15_000);
  });
});

describe('the file of what a node wrote', () => {
  it('holds the end of it, and no more than twice its size', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    const path = join(folder, 'server-0.out');
    const file = new OutputFile(path, 1_000);
    for (let i = 0; i < 1_000; i++) file.write(`line ${i}\n`);
    file.close();
    assert.match(readFileSync(path, 'utf8'), /line 999\n$/);
    assert.ok(statSync(path).size + statSync(`${path}.1`).size < 2_100);
    rmSync(folder, { recursive: true });
  });

  it('that cannot be made is one error', () => {
    assert.throws(() => new OutputFile('/proc/none/server-0.out'), { code: 'E_FOLDER' });
  });
});

function isCorpse(pid: number | null): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

const turn = (): Promise<void> => new Promise((wake) => setTimeout(wake, 5));
