import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchRoom } from '../../harness/processes/room-watch.ts';
import { skipUnless } from '../require.ts';

describe('the watch over the room that a run has', function () {
  this.timeout(10_000);
  let disk = '';
  before(function () {
    disk = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    skipUnless(this, 'mount', mount.status === 0 ? null : 'root alone mounts a small disk');
  });
  after(() => {
    spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });

  it('says once that there is none, as the place is the one to mend', async () => {
    // What stands in a page that is begun can still grow: no write needs to fail for this.
    writeFileSync(join(disk, 'log'), 'x'.repeat(64 * 1024 - 100));
    const said: Error[] = [];
    await new Promise<void>((resolve) => {
      const end = watchRoom(disk, (e) => {
        said.push(e);
        end();
        resolve();
      });
    });
    assert.match(said[0]?.message ?? '', /ENOSPC.*set TMPDIR/);
  });
});
