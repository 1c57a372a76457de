/** What lies in a member's folder before its first start. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { layOut } from '../../harness/attached/member-files.ts';

describe('the folder of a member', () => {
  let data: string;
  beforeEach(() => {
    data = join(mkdtempSync(join(tmpdir(), 'antlion-files-')), 'n0');
  });
  afterEach(() => rmSync(join(data, '..'), { recursive: true }));

  const fields = (): Record<string, string> => ({ name: 'n0', number: '1', data });
  const command = ['true'];

  it('has its files, filled in, and what its own command made of them', async () => {
    const files = { id: '{{number}}', 'conf/a.cfg': 'dir={{data}}' };
    const prepare = ['cp', '{{data}}/id', '{{data}}/copy'];
    await layOut({ command, files, prepare }, fields(), process.env);
    assert.equal(readFileSync(join(data, 'conf/a.cfg'), 'utf8'), `dir=${data}`);
    assert.equal(readFileSync(join(data, 'copy'), 'utf8'), '1');
  });

  it('that cannot be laid out is one message, with what was said', async () => {
    await assert.rejects(
      layOut({ command, prepare: ['sh', '-c', 'echo no room >&2; exit 3'] }, fields(), process.env),
      /E_NOT_READY.*n0 was not laid out: sh failed.*\n.*no room/s,
    );
    await assert.rejects(
      layOut({ command, prepare: ['/nowhere/init'], install: 'apt-get x' }, fields(), process.env),
      /E_NO_PROGRAM.*nowhere\/init.*apt-get x/s,
    );
    const prepare = ['sh', '-c', 'exec nowhere-to-be-found'];
    await assert.rejects(
      layOut({ command, prepare, install: 'apt-get x' }, fields(), process.env),
      /E_NO_PROGRAM.*nowhere-to-be-found.*apt-get x/s,
    );
    await assert.rejects(
      layOut({ command, files: { a: '{{prot}}' } }, fields(), process.env),
      /E_CONFIG.*\{\{prot\}\}/,
    );
  });
});
