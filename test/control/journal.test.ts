import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, recover, recoverAll } from '../../harness/control/journal.ts';
import { identify, isAlive, signalProcess } from '../../harness/control/process-id.ts';
import { openLinks } from '../../harness/control/toxiproxy-links.ts';
import { performUndo } from '../../harness/control/undo.ts';
import { startProxy } from '../../harness/proxy/server.ts';
import { openSink } from './sockets.ts';

/** A process that is nothing but there. */
async function sleeper(): Promise<ChildProcess> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  return child;
}

function idOf(child: ChildProcess) {
  const id = identify(child.pid ?? 0);
  assert.ok(id !== null);
  return id;
}

/** Turns the journal of this process into one whose owner is dead. */
function orphan(path: string): void {
  const [, ...entries] = readFileSync(path, 'utf8').split('\n');
  const header = JSON.stringify({ journal: 1, owner: { pid: 1, started: 'before the flood' } });
  writeFileSync(path, [header, ...entries].join('\n'));
}

describe('the undo journal', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is on disk before the deed, and goes when all is undone', () => {
    const journal = openJournal(folder);
    const entry = journal.begin({ kind: 'command', argv: ['true'] });
    const lines = readFileSync(journal.path, 'utf8').trim().split('\n');
    assert.deepEqual(JSON.parse(lines[1] ?? ''), {
      begin: entry,
      undo: { kind: 'command', argv: ['true'] },
    });
    journal.done(entry);
    journal.close();
    assert.equal(existsSync(journal.path), false);
  });

  it('undoes what is open, latest first, and only that', async () => {
    const log = join(folder, 'log');
    const say = (word: string) =>
      ({ kind: 'command', argv: ['sh', '-c', `echo ${word} >> ${log}`] }) as const;
    const journal = openJournal(folder);
    journal.begin(say('first'));
    journal.done(journal.begin(say('undone-already')));
    journal.begin(say('last'));
    journal.close();
    orphan(journal.path);
    const { undone, left } = await recover(journal.path);
    assert.deepEqual([undone.length, left], [2, []]);
    assert.equal(readFileSync(log, 'utf8'), 'last\nfirst\n');
    assert.equal(existsSync(journal.path), false);
  });

  it('keeps what could not be undone, says so, and goes on with the rest', async () => {
    const journal = openJournal(folder);
    const victim = await sleeper();
    const exit = once(victim, 'exit');
    journal.begin({ kind: 'kill', process: idOf(victim) });
    journal.begin({ kind: 'command', argv: ['false'] });
    journal.close();
    orphan(journal.path);
    const { undone, left } = await recoverAll(folder);
    assert.deepEqual(undone, [`process ${victim.pid} runs`]);
    assert.match(left.join(), /^what is undone by: false/);
    assert.deepEqual(await exit, [null, 'SIGKILL']);
    assert.equal(existsSync(journal.path), true);
  });

  it('survives a torn last line', async () => {
    const journal = openJournal(folder);
    journal.begin({ kind: 'command', argv: ['true'] });
    journal.close();
    orphan(journal.path);
    appendFileSync(journal.path, '{"begin":2,"undo":{"kind":"comm');
    assert.deepEqual(await recover(journal.path), {
      undone: ['what is undone by: true'],
      left: [],
    });
  });

  it('of a living harness is left alone', async () => {
    const journal = openJournal(folder);
    journal.begin({ kind: 'command', argv: ['false'] });
    assert.deepEqual(await recoverAll(folder), { undone: [], left: [] });
    await assert.rejects(recover(journal.path), /the owner of a journal to recover is dead/);
    journal.close();
  });

  it('heals and removes the links of a dead harness, and no others', async () => {
    await using server = await startProxy();
    await using sink = await openSink();
    const journal = openJournal(folder);
    const links = await openLinks({ api: server.url, journal });
    await using others = await openLinks({ api: server.url });
    await others.create([{ name: 'c->d', upstream: sink.address }]);
    await links.create([{ name: 'a->b', upstream: sink.address }]);
    const on = { link: 'a->b', stream: 'upstream' } as const;
    await links.inject('f', [on], { kind: 'partition', mode: 'drop' });
    await links.inject('g', [on], { kind: 'partition', mode: 'refuse' });
    journal.close();
    orphan(journal.path);
    const { undone, left } = await recover(journal.path);
    assert.deepEqual([undone.length, left], [3, []]);
    const there = (await fetch(`${server.url}/proxies`).then((r) => r.json())) as object;
    assert.deepEqual(Object.keys(there), ['c->d']);
  });

  it('does not remove a link of the same name that is somebody else’s by now', async () => {
    await using server = await startProxy();
    await using sink = await openSink();
    const journal = openJournal(folder);
    const links = await openLinks({ api: server.url, journal });
    const made = await links.create([{ name: 'a->b', upstream: sink.address }]);
    const body = JSON.stringify({ upstream: '127.0.0.1:1' });
    await fetch(`${server.url}/proxies/a->b`, { method: 'POST', body });
    journal.close();
    orphan(journal.path);
    assert.deepEqual((await recover(journal.path)).left, []);
    const there = await fetch(`${server.url}/proxies/a->b`).then((r) => r.json());
    assert.equal((there as { listen: string }).listen, made.get('a->b'));
  });

  it('is empty after links were healed and closed', async () => {
    await using server = await startProxy();
    await using sink = await openSink();
    const journal = openJournal(folder);
    const links = await openLinks({ api: server.url, journal });
    await links.create([{ name: 'a->b', upstream: sink.address }]);
    const on = { link: 'a->b', stream: 'upstream' } as const;
    await links.inject('f', [on], { kind: 'partition', mode: 'stall' });
    await links.heal('f');
    assert.equal(readFileSync(journal.path, 'utf8').match(/"done":/g)?.length, 1);
    await links.close();
    journal.close();
    assert.equal(existsSync(journal.path), false);
  });
});

describe('undoing', () => {
  it('removes a folder of ours', async () => {
    const path = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    mkdirSync(join(path, 'data'));
    await performUndo({ kind: 'remove-folder', path });
    await performUndo({ kind: 'remove-folder', path });
    assert.equal(existsSync(path), false);
  });

  it('needs no server that is gone', async () => {
    const server = await startProxy();
    const api = server.url;
    await server[Symbol.asyncDispose]();
    const toxics = [{ link: 'a->b', toxic: 'f.upstream' }];
    await performUndo({ kind: 'heal-links', api, toxics, enable: ['a->b'] });
    const links = [{ name: 'a->b', listen: '127.0.0.1:1', upstream: '127.0.0.1:2' }];
    await performUndo({ kind: 'remove-links', api, links });
  });

  for (const path of [
    '/',
    '/home/antlion-run',
    tmpdir(),
    join(tmpdir(), 'other'),
    join(tmpdir(), 'antlion-x', '..', 'other'),
    join(tmpdir(), 'antlion-x', 'deep'),
  ]) {
    it(`never removes ${path}`, async () => {
      const code = 'E_REFUSED_TARGET';
      await assert.rejects(performUndo({ kind: 'remove-folder', path }), { code });
    });
  }
});

describe('a process is its number and its start', () => {
  it('a living one is known; another of its number is not it', async () => {
    const child = await sleeper();
    const exit = once(child, 'exit');
    const id = idOf(child);
    const other = { pid: id.pid, started: 'another time' };
    assert.equal(isAlive(id), true);
    assert.equal(isAlive(other), false);
    assert.equal(signalProcess(other, 'SIGKILL'), false);
    assert.equal(isAlive(id), true);
    assert.equal(signalProcess(id, 'SIGKILL'), true);
    await exit;
    assert.equal(isAlive(id), false);
    assert.equal(signalProcess(id, 'SIGKILL'), false);
  });

  it('a corpse is not alive', async function () {
    if (process.platform !== 'linux') this.skip();
    // The child of a parent that never asks how it ended, for it has become `sleep`.
    const script = 'sleep 600 & echo $!; exec sleep 600';
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const turn = () => new Promise((next) => setImmediate(next));
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await turn();
    const child = identify(Number(line.toString()));
    assert.ok(child !== null);
    assert.equal(signalProcess(child, 'SIGKILL'), true);
    while (isAlive(child)) await turn();
    // The system still has it in its books.
    assert.equal(process.kill(child.pid, 0), true);
    const exit = once(parent, 'exit');
    parent.kill('SIGKILL');
    await exit;
  });
});
