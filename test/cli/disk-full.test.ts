import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipUnless } from '../require.ts';
import { bin, processesOf, skipUnlessBuilt } from './antlion.ts';

describe('a folder for temporary files that cannot be written', function () {
  this.timeout(60_000);
  let folder = '';
  let disk = '';
  before(function () {
    skipUnlessBuilt(this);
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    disk = join(folder, 'disk');
    mkdirSync(disk);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    if (mount.status !== 0) disk = '';
    skipUnless(this, 'mount', disk === '' ? 'a small disk can be mounted by root alone' : null);
  });
  after(() => {
    if (disk !== '') spawnSync('umount', [disk]);
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  function run(where: string): { status: number | null; stderr: string } {
    const { XDG_STATE_HOME: _, ...rest } = process.env;
    return spawnSync(process.execPath, [bin, 'run', 'minority-partition', '--env', 'processes'], {
      encoding: 'utf8',
      env: { ...rest, TMPDIR: where, NO_COLOR: '1' },
    });
  }

  it('ends the run with one message when it fills up, and leaves nothing', () => {
    const { status, stderr } = run(disk);
    assert.equal(status, 69, stderr);
    assert.match(stderr, /E_FOLDER: .*ENOSPC.*set TMPDIR/);
    assert.doesNotMatch(stderr, /at .*\(file:/);
    assert.deepEqual(processesOf(disk), []);
    assert.deepEqual(
      readdirSync(disk).filter((name) => !name.startsWith('antlion-journals-')),
      [],
    );
  });

  it('is one message when it is full, and when it is read-only', () => {
    writeFileSync(join(disk, 'full'), '');
    spawnSync('dd', ['if=/dev/zero', `of=${disk}/full`, 'bs=1k', 'count=400']);
    const full = run(disk);
    assert.deepEqual([full.status, /E_FOLDER: .*ENOSPC/.test(full.stderr)], [69, true]);
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    const closed = run(disk);
    assert.deepEqual([closed.status, /E_FOLDER: .*EROFS/.test(closed.stderr)], [69, true]);
  });

  it('is one message when it is not there, and stays so', () => {
    const absent = join(folder, 'absent');
    const { status, stderr } = run(absent);
    assert.deepEqual([status, /E_FOLDER: .*absent/.test(stderr)], [69, true]);
    assert.equal(existsSync(absent), false);
    assert.equal(run('/proc').status, 69);
  });
});
