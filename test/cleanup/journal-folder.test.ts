import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { journalFolder, requireOwn } from '../../harness/cleanup/journal-folder.ts';
import { openJournal } from '../../harness/cleanup/journal.ts';
import { recoverAll } from '../../harness/cleanup/recover.ts';

describe('the folder of undo journals', () => {
  let folder = '';
  const before = { ...process.env };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    process.env['XDG_STATE_HOME'] = join(folder, 'state');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (before['XDG_STATE_HOME'] === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = before['XDG_STATE_HOME'];
  });

  it('is made in $XDG_STATE_HOME, for this user alone', () => {
    const journals = journalFolder();
    assert.equal(journals, join(folder, 'state/antlion'));
    assert.equal(statSync(journals).mode & 0o777, 0o700);
  });

  it('is refused when others can write to it, and nothing in it is read', async () => {
    const journals = journalFolder();
    openJournal(journals).close();
    chmodSync(journals, 0o777);
    assert.throws(() => openJournal(), {
      code: 'E_FOLDER',
      message: /open to other users.*mode 777/,
    });
    assert.match((await recoverAll([journals])).left.join(), /E_FOLDER.*open to other users/);
  });

  it('is refused when it is a symbolic link', () => {
    mkdirSync(join(folder, 'state'));
    symlinkSync(folder, join(folder, 'state/antlion'));
    assert.throws(() => openJournal(), { code: 'E_FOLDER', message: /is a symbolic link/ });
  });

  it('is refused when it is a file', () => {
    assert.throws(() => requireOwn(process.execPath), {
      code: 'E_FOLDER',
      message: /is no folder/,
    });
  });

  it('is refused when it belongs to another user', function () {
    if (process.getuid?.() !== 0) this.skip();
    const journals = journalFolder();
    chownSync(journals, 12_345, 12_345);
    assert.throws(() => openJournal(), { code: 'E_FOLDER', message: /is a folder of user 12345/ });
  });

  it('that cannot be made is one error, not a loop', () => {
    process.env['XDG_STATE_HOME'] = '/proc/antlion';
    assert.throws(() => openJournal(), { code: 'E_FOLDER', message: /set TMPDIR/ });
  });

  it('among temporary files is made, but never the folder for these', () => {
    delete process.env['XDG_STATE_HOME'];
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = join(folder, 'absent');
    try {
      if (existsSync(`/run/user/${process.getuid?.()}`)) return;
      assert.throws(() => openJournal(), { code: 'E_FOLDER', message: /absent/ });
      assert.equal(existsSync(join(folder, 'absent')), false);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it('belongs to a user without an entry in the list of users as well', function () {
    if (process.getuid?.() !== 0) this.skip();
    const uid = 54_321;
    chmodSync(folder, 0o755);
    const own = join(folder, 'own');
    mkdirSync(own);
    chownSync(own, uid, uid);
    const journal = pathToFileURL('harness/cleanup/journal.ts').href;
    execFileSync(
      process.execPath,
      [
        ...process.execArgv,
        '--input-type=module',
        '-e',
        `
        const { openJournal } = await import(${JSON.stringify(journal)});
        openJournal();
        process.exit();`,
      ],
      { uid, gid: uid, env: { TMPDIR: own } },
    );
    assert.equal(readdirSync(join(own, `antlion-journals-${uid}`)).length, 1);
  });
});
