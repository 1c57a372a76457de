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
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../harness/cleanup/journal.ts';
import { performUndo } from '../../harness/cleanup/perform-undo.ts';
import { identify, isAlive, signalProcess, thisOwner } from '../../harness/cleanup/process-id.ts';
import { recover, recoverAll } from '../../harness/cleanup/recover.ts';
import { makeRunFolder } from '../../harness/cleanup/session.ts';

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

/** Turns the journal of this process into one whose owner is dead, or another header's. */
function orphan(path: string, header: object = deadHeader): void {
  const [, ...entries] = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, [JSON.stringify(header), ...entries].join('\n'));
}

const deadHeader = { journal: 2, owner: { ...thisOwner(), started: 'before the flood' } };

describe('the undo journal', () => {
  let folder = '';
  const left: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  });
  afterEach(() => {
    for (const path of [folder, ...left.splice(0)]) rmSync(path, { recursive: true, force: true });
  });

  /** A folder that a run made, in `journal`; `done` when it was removed in good order. */
  function madeFolder(journal: ReturnType<typeof openJournal>): { path: string; entry: number } {
    const made = makeRunFolder(journal, 'test');
    left.push(made.path);
    return made;
  }

  it('removes what a process that is killed leaves under its number', async function () {
    if (!existsSync('/dev/shm')) this.skip();
    const child = await sleeper();
    const path = `/dev/shm/faketime_shm_${child.pid}`;
    left.push(path);
    writeFileSync(path, '');
    await performUndo({ kind: 'kill', process: idOf(child) });
    assert.equal(existsSync(path), false);
  });

  it('is on disk before the deed, and goes when all is undone', () => {
    const journal = openJournal(folder);
    const { path, entry } = madeFolder(journal);
    const lines = readFileSync(journal.path, 'utf8').trim().split('\n');
    assert.deepEqual(JSON.parse(lines[1] ?? ''), {
      begin: entry,
      undo: { kind: 'remove-folder', path },
    });
    journal.done(entry);
    journal.close();
    assert.equal(existsSync(journal.path), false);
  });

  it('undoes what is open, latest first, and only that', async () => {
    const journal = openJournal(folder);
    const first = madeFolder(journal);
    const kept = madeFolder(journal);
    journal.done(kept.entry);
    const last = madeFolder(journal);
    journal.close();
    orphan(journal.path);
    const recovered = await recover(journal.path);
    const undone = [last, first].map((made) => `folder ${made.path}`);
    assert.deepEqual(recovered, { undone, left: [] });
    assert.deepEqual(
      [first, kept, last].map((made) => existsSync(made.path)),
      [false, true, false],
    );
    assert.equal(existsSync(journal.path), false);
  });

  it('keeps what could not be undone, says so, and goes on with the rest', async () => {
    const journal = openJournal(folder);
    const victim = await sleeper();
    const exit = once(victim, 'exit');
    journal.begin({ kind: 'kill', process: idOf(victim) });
    const { path } = madeFolder(journal);
    rmSync(path, { recursive: true });
    writeFileSync(path, 'a file by now');
    journal.close();
    orphan(journal.path);
    const recovered = await recoverAll([folder]);
    assert.deepEqual(recovered.undone, [`process ${victim.pid} runs`]);
    assert.deepEqual(recovered.left, [`folder ${path} (it is no folder)`]);
    assert.deepEqual(await exit, [null, 'SIGKILL']);
    assert.equal(existsSync(journal.path), true);
  });

  it('survives a torn last line', async () => {
    const journal = openJournal(folder);
    const { path } = madeFolder(journal);
    journal.close();
    orphan(journal.path);
    appendFileSync(journal.path, '{"begin":2,"undo":{"kind":"kil');
    assert.deepEqual(await recover(journal.path), { undone: [`folder ${path}`], left: [] });
  });

  it('runs no command that a file asks for', async () => {
    const journal = openJournal(folder);
    journal.begin({ kind: 'resume', process: thisProcess() });
    journal.close();
    orphan(journal.path);
    const proof = join(folder, 'proof');
    const undo = { kind: 'command', argv: ['touch', proof] };
    appendFileSync(journal.path, `${JSON.stringify({ begin: 2, undo })}\n`);
    const recovered = await recoverAll([folder]);
    assert.equal(existsSync(proof), false);
    assert.match(recovered.left.join(), /line 3 is damaged/);
  });

  it('that is damaged is told and kept, and does not stop the others', async () => {
    const paths: string[] = [];
    const damaged: string[] = [];
    for (const damage of ['not json\n', '{"begin":"x"}\n', '{"done":1,"begin":1}\n', '\n', '']) {
      const journal = openJournal(folder);
      paths.push(madeFolder(journal).path);
      journal.close();
      orphan(journal.path);
      appendFileSync(journal.path, damage);
      if (damage !== '') damaged.push(journal.path);
    }
    const recovered = await recoverAll([folder]);
    assert.deepEqual(recovered.undone.toSorted(), paths.map((path) => `folder ${path}`).toSorted());
    assert.equal(recovered.left.length, damaged.length);
    for (const path of damaged) {
      assert.ok(existsSync(path) && recovered.left.some((line) => line.includes(path)));
    }
  });

  it('of a newer version is told and kept, and nothing of it is done', async () => {
    const journal = openJournal(folder);
    const { path } = madeFolder(journal);
    journal.close();
    orphan(journal.path, { journal: 3, owner: deadHeader.owner });
    const recovered = await recoverAll([folder]);
    assert.match(recovered.left.join(), /line 1 is of format 3, wanted 2/);
    assert.ok(recovered.undone.length === 0 && existsSync(path) && existsSync(journal.path));
  });

  it('of another machine or namespace is told and kept: nobody here knows its owner', async () => {
    const journal = openJournal(folder);
    const { path } = madeFolder(journal);
    journal.close();
    orphan(journal.path, { journal: 2, owner: { ...deadHeader.owner, place: 'elsewhere' } });
    assert.match((await recoverAll([folder])).left.join(), /was one of user \d+ on elsewhere/);
    assert.ok(existsSync(path) && existsSync(journal.path));
  });

  it('of a living harness is left alone', async () => {
    const journal = openJournal(folder);
    const { path } = madeFolder(journal);
    assert.deepEqual(await recoverAll([folder]), { undone: [], left: [] });
    assert.ok(existsSync(path) && existsSync(journal.path));
    journal.close();
  });
});

function thisProcess() {
  const { pid, started } = thisOwner();
  return { pid, started };
}

describe('undoing', () => {
  it('removes a folder of ours', async () => {
    const path = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    mkdirSync(join(path, 'data'));
    await performUndo({ kind: 'remove-folder', path });
    await performUndo({ kind: 'remove-folder', path });
    assert.equal(existsSync(path), false);
  });

  it('does not follow a link that took the place of a folder of ours', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    const link = join(tmpdir(), `antlion-test-link-${process.pid}`);
    symlinkSync(folder, link);
    try {
      await assert.rejects(performUndo({ kind: 'remove-folder', path: link }), /it is no folder/);
      assert.ok(existsSync(folder));
    } finally {
      rmSync(link);
      rmSync(folder, { recursive: true });
    }
  });

  for (const path of [
    '/',
    '/home/antlion-run',
    tmpdir(),
    join(tmpdir(), 'other'),
    `${tmpdir()}/antlion-x/../other`,
    join(tmpdir(), 'antlion-x', 'deep'),
  ]) {
    it(`is not written down for ${path}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
      const journal = openJournal(folder);
      const code = 'E_REFUSED_TARGET';
      assert.throws(() => journal.begin({ kind: 'remove-folder', path }), { code });
      journal.close();
      rmSync(folder, { recursive: true });
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
