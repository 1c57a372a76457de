/** `antlion check` on histories that others published with their verdicts. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishedHistories } from '../checkers/published-histories.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';
import { records } from './check-lines.ts';

describe('antlion check on published histories', () => {
  it('gives the verdicts that were published', async function () {
    skipUnlessBuilt(this);
    const folder = mkdtempSync(join(tmpdir(), 'published-'));
    const groups = new Map<string, { file: string; verdict: string }[]>();
    for (const [i, h] of publishedHistories().entries()) {
      const { linearizable, workload, valid } = h;
      const file = join(folder, `${i}.edn`);
      writeFileSync(file, h.text);
      const args = workload === undefined ? 'cas-register --init 0' : argsOf(workload);
      // Two of Knossos' are of the nemesis alone, or of failures: they show nothing.
      const isVacuous = !h.text.includes(':type :ok');
      const published = (linearizable ?? valid) === true ? 'holds' : 'violated';
      const verdict = isVacuous ? 'unknown' : published;
      groups.set(args, [...(groups.get(args) ?? []), { file, verdict }]);
    }
    for (const [args, files] of groups) {
      const names = files.map((f) => f.file);
      const r = await antlion(['check', ...names, '--json', '--model', ...args.split(' ')]);
      const isBad = files.some((f) => f.verdict === 'violated');
      assert.equal(r.code, isBad ? 1 : 0, r.stderr);
      const got = records(r.stdout).map(({ file, verdict }) => ({ file, verdict }));
      assert.deepEqual(got, files);
    }
    rmSync(folder, { recursive: true });
  });
});

/** `list-append --consistency-models serializable`, as Elle has it. */
function argsOf(workload: string): string {
  const [model = '', , level] = workload.split(' ');
  return level !== undefined && model === 'list-append' ? `${model} --consistency ${level}` : model;
}
