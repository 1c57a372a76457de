/** `antlion check`: what it reads, in which format, and what it says of what it cannot read. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { antlion } from './antlion.ts';
import { bad, good, inFolder, lines } from './check-lines.ts';

describe('antlion check, reading', () => {
  const { inIt, write, check } = inFolder();

  it('takes the format from the name, or as told', async () => {
    const edn = '{:process 0 :type :invoke :f :write :value 1}{:process 0 :type :ok :f :write}';
    const [named, other] = [write('h.edn', edn), write('h.txt', edn)];
    assert.equal((await check(named, '--model', 'register')).code, 0);
    assert.equal((await check(other, '--model', 'register')).code, 64);
    assert.equal((await check(other, '--model', 'register', '--format', 'edn')).code, 0);
  });

  it('reads one JSON array as well as lines, and takes pairs apart', async () => {
    const events = [
      [0, 'invoke', 'write', ['a', 1]],
      [0, 'ok', 'write', ['a', 1]],
      [1, 'invoke', 'read', ['b', null]],
      [1, 'ok', 'read', ['b', null]],
    ] as const;
    const asLines = lines(...events);
    const array = write('pairs.json', `[${asLines.replaceAll('\n', ',\n')}]`);
    const files = [array, write('pairs.jsonl', asLines)];
    assert.equal((await check(...files, '--model', 'register')).code, 1);
    const apart = await check(...files, '--model', 'register', '--independent');
    assert.deepEqual([apart.code, apart.stderr], [0, '']);
    const broken = write(
      'broken.json',
      '[{"process":0,"type":"invoke","f":"read"},\n{"process":0,',
    );
    const r = await check(broken, '--model', 'register');
    assert.equal(r.code, 64);
    assert.match(
      r.stderr,
      /broken\.json:2: got \{"process":0,, wanted one JSON object a line, or one/,
    );
  });

  it('names file, line and what was expected, checks the others, and exits with 64', async () => {
    const broken = write('broken.jsonl', `${good}\n{"process":1,"type":"done","f":"read"}`);
    const r = await check(broken, write('bad.jsonl', bad), '--model', 'register');
    assert.equal(r.code, 64);
    assert.equal(
      r.stderr,
      `E_HISTORY: ${broken}:4: type is "done", wanted invoke, ok, fail or info. Mend that line.\n`,
    );
    assert.match(r.stdout, /^✖ violated .*bad.jsonl\n$/);
    const missing = await check(inIt('nowhere'), '--model', 'register');
    assert.equal(missing.code, 64);
    assert.match(missing.stderr, /nowhere cannot be read \(ENOENT\), wanted a file of operations/);
  });

  it('reads standard input as -, however slowly it comes', async () => {
    const r = await antlion(['check', '-', '--model', 'register', '--explain'], { stdin: bad });
    assert.equal(r.code, 1, r.stderr);
    const edn = await antlion(['check', '-', '--model', 'mutex', '--format', 'edn'], {
      stdin: '\n{:process 0 :type :invoke :f :frob :value nil}',
    });
    assert.equal(edn.code, 64);
    assert.match(edn.stderr, /^E_HISTORY: standard input:2: the operation is "frob" null, model/);
  });

  it('says unknown of a file with nothing in it, with its reason and exit code', async () => {
    const r = await check(write('empty.jsonl', ''), '--model', 'register');
    assert.equal(r.code, 2);
    assert.match(
      r.stdout,
      /^\? unknown .*\n +The history has no operations: nothing was shown\.\n$/,
    );
  });

  it('reads long EDN as such, every time', async () => {
    // Optimised code once took the format for another in one run of fifteen, somewhere in the middle.
    const event = (type: string, i: number): string =>
      `{:type :${type}, :f :write, :process 1, :value ${i}, :index ${i}}`;
    const all = Array.from({ length: 1_500 }, (_, i) => [event('invoke', i), event('ok', i)]);
    const file = write('long.edn', all.flat().join('\n'));
    for (let i = 0; i < 8; i++) {
      const r = await check(file, '--model', 'register');
      assert.deepEqual([r.code, r.stderr], [0, '']);
    }
  });
});
