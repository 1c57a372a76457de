/** Disks in user space for real: what is lost when power fails, and who waits, is refused or is lied to. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { performUndo } from '../../harness/cleanup/perform-undo.ts';
import { makeRunFolder, openCleanup } from '../../harness/cleanup/session.ts';
import type { CleanupSession } from '../../harness/cleanup/session.ts';
import { soundDisk } from '../../harness/disks/disk.ts';
import { Disks } from '../../harness/disks/disks.ts';
import { beginTrial } from '../../harness/disks/trouble-trial.ts';
import { whyNoDisks } from '../../harness/disks/support.ts';
import { skipUnless } from '../require.ts';

describe('disks in user space', function () {
  this.timeout(60_000);
  let cleanup: CleanupSession;
  let folder: string;
  let disks: Disks;
  const data = (at: number): string => join(folder, `m${at}`);
  /** Outside: others mount as well, engines of containers above all. */
  const mounts = (): string[] =>
    readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(folder));

  before(async function () {
    skipUnless(this, 'disks', whyNoDisks());
    cleanup = await openCleanup();
    ({ path: folder } = makeRunFolder(cleanup.journal, 'disks'));
    for (const at of [0, 1]) mkdirSync(data(at));
    writeFileSync(join(data(0), 'laid-out'), 'before');
    const folders = [data(0), data(1)];
    disks = await Disks.open({ folders, folder, journal: cleanup.journal });
  });
  after(async () => {
    if (disks === undefined) return;
    await disks[Symbol.asyncDispose]();
    await performUndo({ kind: 'remove-folder', path: folder });
    await cleanup[Symbol.asyncDispose]();
  });

  /** Runs a script of Python among the disks, in the folder of the first. */
  const does = (script: string): { code: number | null; said: string } => {
    // A working folder would be entered before the mounts are.
    const words = [disks.within, 'python3', '-c', `import os\nos.chdir('${data(0)}')\n${script}`];
    const { status, stdout, stderr } = spawnSync('nsenter', words, { encoding: 'utf8' });
    return { code: status, said: (stdout + stderr).trim() };
  };
  const done = (script: string): string => {
    const { code, said } = does(script);
    assert.equal(code, 0, said);
    return said;
  };
  const kept = (name: string): string => readFileSync(join(data(0), name), 'utf8');

  it('are files like any others to whoever works on them, and laid over what was there', () => {
    const script = `
assert open('laid-out').read() == 'before'
os.makedirs('d/e'); open('d/e/f', 'w').write('x' * 300000)
os.rename('d', 'g'); assert os.path.getsize('g/e/f') == 300000
os.symlink('g/e/f', 'l'); os.link('g/e/f', 'h'); assert os.stat('h').st_nlink == 2
assert open('l').read(3) == 'xxx' and os.readlink('l') == 'g/e/f'
t = open('open', 'w+'); os.unlink('open'); t.write('still'); t.flush(); t.seek(0)
assert t.read() == 'still' and os.fstat(t.fileno()).st_size == 5
os.chmod('h', 0o640); os.chown('h', 7, 8); s = os.stat('h')
assert (s.st_mode & 0o777, s.st_uid, s.st_gid) == (0o640, 7, 8)
os.utime('h', (1, 2)); assert os.stat('h').st_mtime == 2
f = os.open('m', os.O_RDWR | os.O_CREAT, 0o600); os.posix_fallocate(f, 0, 8192)
import mmap; m = mmap.mmap(f, 8192, prot=mmap.PROT_READ); os.pwrite(f, b'seen', 4096)
assert m[4096:4100] == b'seen'
try: os.rmdir('g'); assert False
except OSError as e: assert e.errno == 39
try: open('none'); assert False
except FileNotFoundError: pass
print(sorted(os.listdir('.')))`;
    assert.equal(done(script), "['g', 'h', 'l', 'laid-out', 'm']");
    assert.equal(statSync(join(data(0), 'h')).size, 300_000);
  });

  it('lose at a power loss what was not synced, of each file back to its last sync', async () => {
    done(`
f = os.open('log', os.O_RDWR | os.O_CREAT); os.write(f, b'one two '); os.fsync(f)
os.pwrite(f, b'ONE', 0); os.write(f, b'three'); os.ftruncate(f, 10); os.pwrite(f, b'!', 20)
g = os.open('never', os.O_RDWR | os.O_CREAT); os.write(g, b'gone')
h = os.open('data', os.O_RDWR | os.O_CREAT); os.write(h, b'kept'); os.fdatasync(h)
i = os.open('sync', os.O_RDWR | os.O_CREAT | os.O_DSYNC); os.write(i, b'kept as well')`);
    assert.equal(statSync(join(data(0), 'log')).size, 21);
    await disks.losePower(0);
    assert.deepEqual(['log', 'never', 'data', 'sync'].map(kept), [
      'one two ',
      '',
      'kept',
      'kept as well',
    ]);
    assert.equal(done("print(open('log').read(), os.path.getsize('log'))"), 'one two  8');
    assert.ok((await disks.counts(0)).lostFiles >= 2);
    assert.equal((await disks.counts(1)).lostFiles, 0);
  });

  it('are appended to at their end by who comes right after a power loss', async () => {
    const append = (text: string): string =>
      `f = os.open('appended', os.O_WRONLY | os.O_APPEND | os.O_CREAT); os.write(f, b'${text}')`;
    done(append('lost'));
    await disks.losePower(0);
    done(append('new'));
    assert.equal(kept('appended'), 'new');
  });

  it('take as long for a sync as was asked for, and lose what was written while it went on', async () => {
    await disks.set(0, { ...soundDisk, syncDelayUs: 300_000 });
    const script = `
import threading, time
f = os.open('slow', os.O_RDWR | os.O_CREAT); os.write(f, b'before'); t = time.time()
threading.Timer(0.1, lambda: os.pwrite(f, b' during', 6)).start()
os.fsync(f); print(time.time() - t >= 0.3)`;
    assert.equal(done(script), 'True');
    assert.ok((await disks.counts(0)).delayedSyncs > 0);
    await disks.set(0, soundDisk);
    await disks.losePower(0);
    assert.equal(kept('slow'), 'before');
  });

  it('lie, fail and fill up', async () => {
    const write = (name: string): string => `
f = os.open('${name}', os.O_RDWR | os.O_CREAT); os.write(f, b'x'); os.fsync(f)`;
    await disks.set(0, { ...soundDisk, isLying: true });
    done(write('lied'));
    await disks.set(0, { ...soundDisk, isFailing: true });
    assert.match(does(write('failed')).said, /\[Errno 5\]/);
    await disks.set(0, { ...soundDisk, isFull: true });
    assert.match(does(write('full')).said, /\[Errno 28\]/);
    await disks.set(0, soundDisk);
    await disks.losePower(0);
    assert.deepEqual(['lied', 'failed', 'full'].map(kept), ['', '', '']);
    const { falseSyncs, failedSyncs, refusedWrites } = await disks.counts(0);
    assert.deepEqual([falseSyncs, failedSyncs, refusedWrites], [1, 1, 1]);
  });

  it('cannot be read, and put the last write where the one before it was, until they are sound again', async () => {
    done(`
f = os.open('log', os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
for part in (b'one.', b'two.'): os.write(f, part)
os.fsync(f)`);
    await disks.set(0, { ...soundDisk, isUnreadable: true });
    assert.match(does("open('log').read()").said, /\[Errno 5\]/);
    // Of what cannot be read nobody can tell where it lies: the look of another fault is no failure.
    const placed = await beginTrial(disks.seen(data(0)), 'misdirected');
    assert.equal(await placed.isMet(), null);
    await disks.set(0, { ...soundDisk, isMisdirecting: true });
    const read = "print(open('log', 'rb').read())";
    assert.equal(done(read), "b'one.two.'");
    done("f = os.open('log', os.O_WRONLY | os.O_APPEND); os.write(f, b'six.'); os.fsync(f)");
    assert.equal(done(read), String.raw`b'one.six.\x00\x00\x00\x00'`);
    done("f = os.open('log', os.O_WRONLY | os.O_APPEND); os.write(f, b'ten.')");
    assert.equal(done(read), String.raw`b'one.two.ten.\x00\x00\x00\x00'`);
    await disks.losePower(0);
    assert.equal(done(read), "b'one.two.six.'");
    done("f = os.open('log', os.O_WRONLY | os.O_APPEND); os.write(f, b'ten.')");
    await disks.set(0, soundDisk);
    assert.equal(done(read), "b'one.two.six.ten.'");
    const { failedReads, misplacedWrites } = await disks.counts(0);
    assert.ok(failedReads > 0);
    assert.equal(misplacedWrites, 3);
  });

  it('let a process that was killed end, however long its sync would take', async () => {
    await disks.set(0, { ...soundDisk, syncDelayUs: 600_000_000 });
    const script = `import os\nf = os.open('${data(0)}/stuck', os.O_RDWR | os.O_CREAT); os.write(f, b'x'); print('syncs', flush=True); os.fsync(f)`;
    const child = spawn('nsenter', [disks.within, 'python3', '-c', script]);
    await once(child.stdout, 'data');
    while ((await disks.counts(0)).delayedSyncs < 2);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await disks.release(0);
    assert.deepEqual(await gone, [null, 'SIGKILL']);
    await disks.set(0, soundDisk);
  });

  it('change nothing outside, and end with the process that holds them', async () => {
    assert.deepEqual(mounts(), []);
    await disks[Symbol.asyncDispose]();
    await assert.rejects(disks.counts(0), /E_DISK: .*it has ended/);
    assert.equal(does('pass').code, 1);
  });
});
