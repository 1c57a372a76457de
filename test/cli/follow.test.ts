/** `antlion check --follow`: a file that grows, a pipe, and how each ends. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { antlion, skipUnlessBuilt } from './antlion.ts';

/** One operation after another. */
function lines(...ops: readonly (readonly [number, string, unknown])[]): string {
  return ops
    .map(([process, f, value]) => {
      const invoke = { process, type: 'invoke', f, key: 'x', value: f === 'read' ? null : value };
      const ok = { process, type: 'ok', f, key: 'x', value };
      return `${JSON.stringify(invoke)}\n${JSON.stringify(ok)}\n`;
    })
    .join('');
}

const good = lines([0, 'write', 1], [1, 'read', 1], [0, 'write', 2], [1, 'read', 2]);
const stale = lines([2, 'read', 1]);
const follow = ['check', '--model', 'cas-register', '--follow'];

/** Resolves with all that was said as soon as it says that. */
async function said(child: ChildProcess, what: RegExp): Promise<string> {
  let text = '';
  for await (const piece of child.stdout ?? []) {
    text += String(piece);
    if (what.test(text)) break;
  }
  return text;
}

describe('antlion check --follow', function () {
  this.timeout(20_000);
  let folder = '';
  before(function () {
    skipUnlessBuilt(this);
    folder = mkdtempSync(join(tmpdir(), 'antlion-follow-'));
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true, force: true }));

  it('judges a pipe until it ends', async () => {
    const holds = await antlion([...follow, '-'], { stdin: good });
    assert.equal(holds.code, 0, holds.stderr);
    assert.match(holds.stdout, /✔ holds +4 operations .* standard input/);
    assert.match(holds.stdout, /The input ended after line 8, with 0 operations under way/);
    const violated = await antlion([...follow, '-'], { stdin: good + stale + good });
    assert.equal(violated.code, 1);
    assert.match(violated.stdout, /✖ violated  line 10, key x\n +process 1's read of 2/);
    assert.match(violated.stdout, /read of 1 from x .*\n[^]*after line 18, .* 1 violations/);
    const nothing = await antlion([...follow, '-'], { stdin: '' });
    assert.equal(nothing.code, 2);
    assert.match(nothing.stdout, /\? unknown[^]*nothing was shown/);
  });

  it('tells a violation while the file grows, and obeys Ctrl-C', async () => {
    const file = join(folder, 'grows.jsonl');
    writeFileSync(file, good);
    const ended = await antlion([...follow, file, '--json'], {
      meanwhile: async (child) => {
        const told = said(child, /"state":"violation"/);
        appendFileSync(file, stale);
        await told;
        child.kill('SIGINT');
      },
    });
    assert.equal(ended.code, 130);
  });

  it('ends when nothing was written for so long, without the half of a line', async () => {
    const file = join(folder, 'idle.jsonl');
    writeFileSync(file, `${good}{"process":0,"type":"inv`);
    const ended = await antlion([...follow, file, '--idle', '300ms', '--json']);
    assert.equal(ended.code, 0);
    const { state, verdict, lines: taken, sentences } = JSON.parse(ended.stdout) as Ended;
    assert.deepEqual([state, verdict, taken], ['ended', 'holds', 8]);
    assert.match(sentences.join(), /Nothing was written for 300ms.*The last line is cut off/);
    // Half of a line in the middle is no history, and a last line without its end may be whole.
    writeFileSync(file, `{"process":0,"type":"inv\n${good}`);
    const refused = await antlion([...follow, file, '--idle', '300ms']);
    assert.equal(refused.code, 64);
    assert.match(refused.stderr, /idle\.jsonl:1: got/);
    writeFileSync(file, good.trimEnd());
    const whole = await antlion([...follow, file, '--idle', '300ms', '--json']);
    assert.equal((JSON.parse(whole.stdout) as Ended).lines, 8);
  });

  it('leaves other formats to the judge of whole histories, which reads a folder of etcd', async () => {
    const report = join(folder, 'report');
    for (const [client, Value, Call] of [
      [1, 'a', 10],
      [2, 'b', 20],
    ] as const) {
      mkdirSync(join(report, `client-${client}`), { recursive: true });
      const Put = { Key: 'k', Value: { Value }, LeaseID: 0 };
      const Txn = { OperationsOnSuccess: [{ Type: 'put-operation', Put }] };
      const Output = { Txn: { Failure: false }, Revision: Call, Error: '' };
      const record = {
        ClientID: client,
        Input: { Type: 'txn', Txn },
        Call,
        Output,
        Return: Call + 5,
      };
      writeFileSync(join(report, `client-${client}`, 'operations.json'), JSON.stringify(record));
    }
    const etcd = ['--format', 'etcd-report', '--model', 'cas-register'];
    const { code, stdout } = await antlion(['check', report, ...etcd]);
    assert.deepEqual([code, /holds +2 operations/.test(stdout)], [0, true]);
    const empty = await antlion(['check', folder, ...etcd]);
    assert.equal(empty.code, 64);
    assert.match(empty.stderr, /has no client-N\/operations\.json/);
    const followed = await antlion(['check', report, ...etcd, '--follow']);
    assert.equal(followed.code, 64);
  });

  it('refuses what cannot be followed', async () => {
    for (const [args, why] of [
      [['check', '--follow', '--model', 'set', '-'], /--follow judges a single value a key/],
      [['check', '--follow', '--model', 'register', '-', '-'], /of one file, got 2/],
      [['check', '--follow', '--model', 'register', '/nowhere'], /cannot be read \(ENOENT\)/],
      [['check', '--model', 'register', '--idle', '1s', '-'], /--idle ends what --follow/],
    ] as const) {
      const { code, stderr } = await antlion(args);
      assert.equal(code, 64, stderr);
      assert.match(stderr, why);
    }
    const strange = await antlion([...follow, '-'], { stdin: lines([0, 'dance', 1]) });
    assert.equal(strange.code, 64);
    assert.match(strange.stderr, /standard input:1: the operation is "dance"/);
  });
});

interface Ended {
  readonly state: string;
  readonly verdict: string;
  readonly lines: number;
  readonly sentences: readonly string[];
}
