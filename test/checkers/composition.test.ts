/** Several models of one history, and keys that are judged apart. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { certificateRecord } from '../../harness/checkers/certificate.ts';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import { judge, story } from './story.ts';

const set = '0 invoke add 0 | 0 ok add 0 | 1 invoke read | 1 ok read ';
const queue = '0 invoke enqueue 1 | 0 ok enqueue 1 | 1 invoke dequeue | 1 ok dequeue ';

function parts(words: string, model: string): string[] {
  const { parts: all = [] } = judge(words, model);
  return all.map((p) => `${p.model} ${p.verdict}`);
}

function refuses(run: () => unknown, message: RegExp): void {
  assert.throws(run, (e) => {
    assert.ok(e instanceof HarnessError);
    assert.match(e.message, message);
    return true;
  });
}

describe('a composed verdict', () => {
  it('names each part, and is the worst of them', () => {
    const both = (read: string, out: string): string => `${set}${read} | ${queue}${out}`;
    const model = 'set-full,total-queue';
    assert.deepEqual(parts(both('[0]', '1'), model), ['set-full holds', 'total-queue holds']);
    assert.equal(judge(both('[0]', '1'), model).verdict, 'holds');
    const lost = judge(both('[]', '1'), model);
    assert.deepEqual(
      lost.parts?.map((p) => p.verdict),
      ['violated', 'holds'],
    );
    assert.equal(lost.verdict, 'violated');
    assert.ok(lost.core.length > 0 && lost.prefix === 4);
    assert.match(lost.sentences.join('\n'), /^set-full: .*\n.*\ntotal-queue: All of 1|set-full: /);
    assert.equal(lost.parts?.[0]?.figures?.['lost'], 1);
    const open = both('[0]', '1').replace('1 ok dequeue 1', '1 info dequeue');
    assert.equal(judge(open, model).verdict, 'unknown');
  });

  it('is written down part by part', () => {
    const { certificate } = judge(`${set}[0] | ${queue}1`, 'set,unordered-queue,stats');
    assert.ok(certificate !== null);
    const { kind, by, parts: all } = certificateRecord(certificate) as Record<string, object>;
    assert.deepEqual([kind, by], ['parts', 'model']);
    assert.deepEqual(Object.keys(all ?? {}), ['set', 'unordered-queue', 'stats']);
  });

  it('gives each model its own operations, and refuses what belongs to none', () => {
    const words = `${set}[0] | ${queue}1`;
    assert.equal(judge(words, 'set,fifo-queue').verdict, 'holds');
    refuses(
      () => judge(words, 'set,mutex'),
      /is "enqueue", which none of the models set, mutex has/,
    );
    refuses(() => judge(words, 'set,nothing'), /model is "nothing", wanted one of/);
  });

  it('hands each option to the models that know it, and refuses one that is for none', () => {
    const words =
      '0 invoke txn [["append","x",1],["r","x",null]] | 0 ok txn [["append","x",1],["r","x",[1]]]';
    const consistency = 'serializable';
    assert.equal(judge(words, 'list-append,stats', { consistency }).verdict, 'holds');
    refuses(() => judge(words, 'stats,errors', { consistency }), /consistency is for list-append/);
    refuses(() => judge(words, 'list-append,stats', { scope: 'store' }), /a scope is for sessions/);
  });

  it('is chosen by what a history holds', () => {
    const chosen = (words: string): string[] => {
      const { parts: all = [] } = judge(words, 'auto');
      return all.map((p) => p.model);
    };
    const figures = ['stats', 'errors', 'performance', 'availability'];
    assert.deepEqual(chosen(`${set}[0]`), ['set-full', ...figures]);
    assert.deepEqual(chosen(queue + 1), ['unordered-queue', ...figures]);
    const drained = `${queue}1 | 1 invoke drain | 1 ok drain []`;
    assert.deepEqual(chosen(`${set}[0] | ${drained}`), ['set-full', 'total-queue', ...figures]);
    assert.deepEqual(chosen('0 invoke add 1 | 0 ok add 1 | 1 invoke read | 1 ok read 1'), [
      'counter-bounds',
      ...figures,
    ]);
    assert.deepEqual(chosen('0 invoke write 1 | 0 ok write 1'), ['cas-register', ...figures]);
    assert.deepEqual(chosen('0 invoke generate | 0 ok generate 1'), ['unique-ids', ...figures]);
    const txn = '0 invoke txn [["w","x",1]] | 0 ok txn [["w","x",1]]';
    assert.deepEqual(chosen(txn), ['rw-register', ...figures]);
    refuses(() => judge('0 invoke dance | 0 ok dance', 'auto'), /no model is known for .*dance/);
    assert.equal(judge('', 'auto').verdict, 'unknown');
    const timeless = readJepsen(
      '{"process":0,"type":"invoke","f":"acquire"}\n{"process":0,"type":"ok","f":"acquire"}',
      'jsonl',
      'h',
    );
    const { parts: all = [], verdict } = checkHistory(timeless, { model: 'auto' });
    assert.deepEqual([verdict, ...all.map((p) => p.model)], ['holds', 'mutex', 'stats', 'errors']);
  });
});

describe('keys that are judged apart', () => {
  /** As independent tests of Jepsen have it: the value of x/add 0 is [x, 0]. */
  const independent = (words: string): ReturnType<typeof story> => {
    const text = words
      .split('|')
      .map((event, i) => {
        const [, process, type, key, f, value = 'null'] =
          /^(\d) (\w+) (\w+)\/([\w-]+) ?(.*)$/.exec(event.trim()) ?? [];
        const pair = `["${key}",${value === '' ? 'null' : value}]`;
        return `{"process":${process},"type":"${type}","f":"${f}","value":${pair},"time":${i}}`;
      })
      .join('\n');
    return readJepsen(text, 'jsonl', 'h.jsonl', true);
  };
  const isIndependent = true;

  it('by models that count: each has its own elements', () => {
    const words = (seen: string): string =>
      `0 invoke a/add 0 | 0 ok a/add 0 | 0 invoke b/add 0 | 0 ok b/add 0 | 1 invoke a/read | 1 ok a/read [0] | 1 invoke b/read | 1 ok b/read ${seen}`;
    const options = { model: 'set-full', isIndependent };
    const good = checkHistory(independent(words('[0]')), options);
    assert.deepEqual([good.verdict, good.figures?.['keys']], ['holds', 2]);
    const bad = checkHistory(independent(words('[]')), options);
    assert.equal(bad.verdict, 'violated');
    assert.deepEqual(bad.figures?.['violatedKeys'], ['b']);
    assert.match(bad.sentences[0] ?? '', /^1 of 2 keys are violated: "b"\. Of "b":$/);
    const ids = '0 invoke a/generate | 0 ok a/generate 1 | 0 invoke b/generate | 0 ok b/generate 1';
    assert.equal(
      checkHistory(independent(ids), { model: 'unique-ids', isIndependent }).verdict,
      'holds',
    );
  });

  it('by models that are about all keys otherwise', () => {
    const registers =
      '0 invoke a/write {"x":1} | 0 ok a/write {"x":1} | 1 invoke b/read | 1 ok b/read {"x":null}';
    const options = { model: 'multi-register', isIndependent };
    assert.equal(checkHistory(independent(registers), options).verdict, 'holds');
    const same = registers.replaceAll('b/', 'a/');
    assert.equal(checkHistory(independent(same), options).verdict, 'violated');
    const banks = '0 invoke a/read | 0 ok a/read {"x":1} | 0 invoke b/read | 0 ok b/read {"x":2}';
    assert.equal(
      checkHistory(independent(banks), { model: 'bank', isIndependent }).verdict,
      'holds',
    );
    const queues =
      '0 invoke a/enqueue 1 | 0 ok a/enqueue 1 | 1 invoke b/dequeue | 1 ok b/dequeue 1';
    const queue = { model: 'unordered-queue' };
    assert.equal(checkHistory(independent(queues), queue).verdict, 'violated');
    const txns =
      '0 invoke a/txn [["w","x",1],["r","x",null]] | 0 ok a/txn [["w","x",1],["r","x",1]] | 1 invoke b/txn [["r","x",null]] | 1 ok b/txn [["r","x",null]]';
    const txn = { model: 'rw-register,stats', isIndependent };
    assert.equal(checkHistory(independent(txns), txn).verdict, 'holds');
    assert.equal(checkHistory(independent(txns.replaceAll('b/', 'a/')), txn).verdict, 'violated');
  });

  it('in a composition, too', () => {
    const words = '0 invoke a/write 1 | 0 ok a/write 1 | 1 invoke b/read | 1 ok b/read null';
    const r = checkHistory(independent(words), { model: 'auto', isIndependent });
    assert.equal(r.verdict, 'holds');
    assert.deepEqual(r.parts?.map((p) => p.model).slice(0, 1), ['cas-register']);
  });
});
