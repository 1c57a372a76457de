/** The checkers that count, on Jepsen's own examples and on good and bad pairs. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { judge, story } from './story.ts';
import { tallyTwins } from './tally-twins.ts';

/** `holds`, `violated` or `unknown`, and figures that are told. */
function figures(words: string, model: string, ...names: readonly string[]): unknown[] {
  const { verdict, figures: all = {} } = judge(words, model);
  return [verdict, ...names.map((name) => all[name])];
}

describe('set-full, on the histories of jepsen.checker-test/set-full-test', () => {
  const add = '0 invoke add 0 | ';
  const added = '0 ok add 0 | ';
  const read = '1 invoke read | ';
  const [with0, empty] = ['1 ok read [0] | ', '1 ok read [] | '];
  const counts = (words: string): unknown[] =>
    figures(words, 'set-full', 'attempts', 'stable', 'lost', 'neverRead', 'stale');

  it('never read, never confirmed', () => {
    assert.deepEqual(counts(add + added), ['unknown', 1, 0, 0, 1, 0]);
    assert.deepEqual(counts(add + read + empty), ['unknown', 1, 0, 0, 1, 0]);
  });

  it('a successful read at the same time or after', () => {
    for (const words of [
      read + add + with0 + added,
      read + add + added + with0,
      add + read + with0 + added,
      add + read + added + with0,
      add + added + read + with0,
    ]) {
      assert.deepEqual(counts(words), ['holds', 1, 1, 0, 0, 0], words);
    }
  });

  it('absent after, and absent at the same time', () => {
    assert.deepEqual(counts(add + added + read + empty), ['violated', 1, 0, 1, 0, 0]);
    for (const words of [
      read + add + empty + added,
      read + add + added + empty,
      add + read + empty + added,
      add + read + added + empty,
    ]) {
      assert.deepEqual(counts(words), ['unknown', 1, 0, 0, 1, 0], words);
    }
  });

  it('write, present, missing', () => {
    const words =
      '0 invoke add 0 | 1 invoke add 1 | 2 invoke read | 2 ok read [1] | 0 ok add 0 | 1 ok add 1 |' +
      '2 invoke read | 2 ok read [0,1] | 2 invoke read | 2 ok read [0] | 2 invoke read | 2 ok read []';
    assert.deepEqual(counts(words), ['violated', 2, 0, 2, 0, 0]);
    const { figures: told, sentences, prefix, core } = judge(words, 'set-full');
    // To the last call of a read that has it; Jepsen says 3 and 4, a nanosecond more.
    const lost = told?.['lostLatencyMs'];
    assert.deepEqual(lost, { min: 3, p50: 4, p95: 4, p99: 4, max: 4 });
    assert.match(sentences.join('\n'), /lacks 1: .*the last read that has it is process 2's/);
    assert.equal(prefix, 10);
    assert.ok(core.length >= 3);
  });

  it('write, flutter, stable and lost', () => {
    const words =
      '0 invoke add 0 | 0 ok add 0 | 1 invoke add 1 | 2 invoke read | 2 ok read [1] | 1 ok add 1 |' +
      '2 invoke read | 3 invoke read | 3 ok read [1] | 2 ok read [0]';
    assert.deepEqual(counts(words), ['violated', 2, 1, 1, 0, 1]);
    assert.deepEqual(judge(words, 'set-full').figures?.['worstStaleElements'], [1]);
    assert.equal((judge(words, 'set-full').figures?.['stableLatencyMs'] as { max: number }).max, 2);
  });

  it('blames what a read has twice, and what nobody had begun to add', () => {
    const twice = judge(`${add}${added}${read}1 ok read [0,0]`, 'set-full');
    assert.equal(twice.verdict, 'violated');
    assert.match(twice.sentences.join(), /it has 0 twice/);
    const early = judge(`${read}1 ok read [0] | ${add}${added}${read}${with0}`, 'set-full');
    assert.equal(early.verdict, 'violated');
    assert.match(early.sentences.join(), /nobody had begun to add 0 by then/);
    assert.equal(early.prefix, 2);
    const failed = '0 invoke add 0 | 0 fail add 0 | 1 invoke read | 1 ok read [0]';
    assert.equal(judge(failed, 'set-full').verdict, 'holds');
  });

  it('reads the same in EDN', () => {
    const history = story(add + added + read + empty, 'edn');
    assert.equal(checkHistory(history, { model: 'set-full' }).verdict, 'violated');
  });
});

describe('total-queue, on the histories of jepsen.checker-test/total-queue-test', () => {
  const names = ['attempts', 'acknowledged', 'ok', 'lost', 'unexpected', 'duplicated', 'recovered'];

  it('sane', () => {
    const words =
      '1 invoke enqueue 1 | 2 invoke enqueue 2 | 2 ok enqueue 2 | 3 invoke dequeue | 3 ok dequeue 1 |' +
      '3 invoke dequeue | 3 ok dequeue 2';
    assert.deepEqual(figures(words, 'total-queue', ...names), ['holds', 2, 1, 2, 0, 0, 0, 1]);
  });

  it('pathological', () => {
    const words =
      '1 invoke enqueue "hung" | 2 invoke enqueue "enqueued" | 2 ok enqueue "enqueued" | 3 invoke enqueue "dup" |' +
      '3 ok enqueue "dup" | 4 invoke dequeue | 5 invoke dequeue | 5 ok dequeue "wtf" | 6 invoke dequeue |' +
      '6 ok dequeue "dup" | 7 invoke dequeue | 7 ok dequeue "dup"';
    assert.deepEqual(figures(words, 'total-queue', ...names), ['violated', 3, 2, 1, 1, 1, 1, 0]);
    assert.match(judge(words, 'total-queue').sentences.join(), /nobody ever enqueued "wtf"/);
  });

  it('a drain takes all; what is not among it is lost', () => {
    const enqueued =
      '0 invoke enqueue 1 | 0 ok enqueue 1 | 0 invoke enqueue 2 | 0 ok enqueue 2 | 1 invoke drain | ';
    assert.equal(judge(`${enqueued}1 ok drain [2,1]`, 'total-queue').verdict, 'holds');
    const lost = judge(`${enqueued}1 ok drain [2]`, 'total-queue');
    assert.equal(lost.verdict, 'violated');
    assert.match(lost.sentences.join(), /process 0's enqueue 1 returned .* and never came out/);
  });

  it('is unknown while a dequeue without an answer may have taken what is missing', () => {
    const words = '0 invoke enqueue 1 | 0 ok enqueue 1 | 1 invoke dequeue | 1 info dequeue | ';
    assert.equal(judge(words, 'total-queue').verdict, 'unknown');
    const two = `${words}0 invoke enqueue 2 | 0 ok enqueue 2`;
    assert.equal(judge(two, 'total-queue').verdict, 'violated');
  });
});

describe('unique-ids, on the histories of jepsen.checker-test/unique-ids-test', () => {
  it('dups', () => {
    const words =
      '0 invoke generate | 0 ok generate 0 | 1 invoke generate | 1 ok generate 1 | 2 invoke generate |' +
      '2 ok generate 0 | 3 invoke generate | 3 ok generate 0 | 4 invoke generate | 4 info generate';
    const names = ['attempts', 'acknowledged', 'duplicated', 'least', 'greatest'];
    assert.deepEqual(figures(words, 'unique-ids', ...names), ['violated', 5, 4, 1, 0, 1]);
    const { sentences, prefix } = judge(words, 'unique-ids');
    assert.match(sentences.join(), /the same identifier\. 1 more got it as well/);
    assert.equal(prefix, 6);
    const good = words.replace('2 ok generate 0', '2 ok generate 2').replace(/3 ok.*?\|/, '');
    assert.equal(judge(good.replace('3 invoke generate |', ''), 'unique-ids').verdict, 'holds');
  });
});

describe('causal-reverse, on the histories of jepsen.tests.causal-reverse-test', () => {
  const write = (n: number): string => `0 invoke write ${n} | 0 ok write ${n} | `;
  const read = (values: string): string => `0 invoke read | 0 ok read ${values}`;
  const verdict = (words: string): string => judge(words, 'causal-reverse').verdict;

  it('one after another', () => {
    assert.equal(verdict(write(1) + write(2) + read('[1,2]')), 'holds');
    assert.equal(verdict(write(1) + write(2) + read('[1]')), 'holds');
    assert.equal(verdict(write(1) + write(2) + read('[2]')), 'violated');
    const bigger = [1, 2, 3, 4, 5].map(write).join('');
    assert.equal(verdict(bigger + read('[1,2,3,4,5]')), 'holds');
  });

  it('at the same time', () => {
    const words =
      '0 invoke write 2 | 1 invoke write 1 | 1 ok write 1 | 2 invoke read | 0 ok write 2 | 2 ok read ';
    for (const seen of ['[1,2]', '[2,1]', '[2]', '[1]'])
      assert.equal(verdict(words + seen), 'holds');
  });

  it('says who is seen without whom', () => {
    const { sentences, core } = judge(write(1) + write(2) + read('[2]'), 'causal-reverse');
    assert.deepEqual(
      core.map((op) => op.f),
      ['write', 'write', 'read'],
    );
    assert.match(sentences.join('\n'), /has 2 without 1\.$/);
  });
});

describe('counter-bounds, on the histories of jepsen.checker-test/counter-test', () => {
  const verdict = (words: string): unknown[] =>
    figures(words, 'counter-bounds', 'reads', 'outside');

  it('initial, failed and incomplete operations', () => {
    assert.deepEqual(verdict('0 invoke read | 0 ok read 0'), ['holds', 1, 0]);
    assert.deepEqual(verdict('0 invoke read | 0 ok read 1'), ['violated', 1, 1]);
    const failed = '0 invoke add 1 | 0 fail add 1 | 0 invoke read | 0 ok read ';
    assert.deepEqual(verdict(`${failed}0`), ['holds', 1, 0]);
    assert.deepEqual(verdict(`${failed}1`), ['violated', 1, 1]);
    const open = '0 invoke add 1 | 1 invoke read | 1 ok read 0 | 1 invoke read | 1 ok read 1';
    assert.deepEqual(verdict(open), ['holds', 2, 0]);
  });

  it('interleaved concurrent reads and writes', () => {
    const words =
      '0 invoke read | 1 invoke add 1 | 2 invoke read | 3 invoke add 2 | 4 invoke read | 5 invoke add 4 |' +
      '6 invoke read | 7 invoke add 8 | 8 invoke read | 0 ok read 6 | 1 ok add 1 | 2 ok read 0 | 3 ok add 2 |' +
      '4 ok read 3 | 5 ok add 4 | 6 ok read 100 | 7 ok add 8 | 8 ok read 15';
    assert.deepEqual(verdict(words), ['violated', 5, 1]);
    assert.match(judge(words, 'counter-bounds').sentences.join(), /read of 100 .* allows 0 to 15/);
  });

  it('rolling reads and writes', () => {
    const words =
      '0 invoke read | 1 invoke add 1 | 0 ok read 0 | 0 invoke read | 1 ok add 1 | 1 invoke add 2 |' +
      '0 ok read 3 | 0 invoke read | 1 ok add 2 | 0 ok read 5';
    assert.deepEqual(verdict(words), ['violated', 3, 1]);
    assert.match(judge(words, 'counter-bounds').sentences.join(), /allows 1 to 3/);
  });

  it('refuses what goes down, which a gauge may', () => {
    const words = '0 invoke add -1 | 0 ok add -1 | 0 invoke read | 0 ok read -1';
    assert.throws(() => judge(words, 'counter-bounds'), /not negative/);
    assert.equal(judge(words, 'gauge').verdict, 'holds');
    const set =
      '0 invoke write 9 | 0 ok write 9 | 1 invoke decrement 2 | 0 invoke read | 0 ok read ';
    assert.equal(judge(`${set}7`, 'gauge').verdict, 'holds');
    assert.equal(judge(`${set}9`, 'gauge').verdict, 'holds');
    assert.equal(judge(`${set}6`, 'gauge').verdict, 'violated');
    assert.equal(judge(`${set}0`, 'gauge', { initial: 3 }).verdict, 'violated');
  });
});

describe('monotonic', () => {
  it('sees a process go back, and a circle over two keys', () => {
    const seen = (p: number, value: string): string =>
      `${p} invoke read | ${p} ok read ${value} | `;
    assert.equal(judge(seen(0, '1') + seen(1, '2') + seen(0, '2'), 'monotonic').verdict, 'holds');
    const back = judge(seen(0, '2') + seen(1, '1') + seen(0, '1'), 'monotonic');
    assert.equal(back.verdict, 'violated');
    assert.equal(back.core.length, 2);
    assert.equal(back.prefix, 6);
    const circle = judge(
      seen(0, '{"x":1,"y":1}') + seen(1, '{"x":2,"y":0}') + seen(2, '{"x":3,"y":2}'),
      'monotonic',
    );
    assert.equal(circle.verdict, 'violated');
    assert.match(circle.sentences.join('\n'), /saw 0 and 1 of y, .*\n.*saw 1 and 2 of x, /);
  });
});

describe('figures', () => {
  it('stats: unknown as long as no operation of a name succeeded', () => {
    const words = '1 invoke foo | 1 ok foo | 2 invoke foo | 2 fail foo | 3 invoke bar | 3 info bar';
    const { verdict, figures: all, sentences } = judge(words, 'stats');
    assert.equal(verdict, 'unknown');
    assert.deepEqual(all, { bar: { ok: 0, fail: 0, info: 1 }, foo: { ok: 1, fail: 1, info: 0 } });
    assert.match(sentences.join(), /none of the operations bar succeeded/);
  });

  it('errors: by class of the exception, the most frequent first', () => {
    const event = (error: string): string =>
      `{:process 0, :type :invoke, :f :foo, :value 1}
       {:process 0, :type :info, :f :foo, :value 1, ${error}}
       {:process 0, :type :invoke, :f :foo}{:process 0, :type :ok, :f :foo}`;
    const text = [
      ':exception {:via [{:type java.lang.IllegalStateException :message "x"}]} :error :oh-no',
      ':exception {:via [{:type java.lang.IllegalArgumentException}]} :error ["Whoops!"]',
      ':exception {:via [{:type java.lang.IllegalArgumentException}]} :error ["Whoops!" 2]',
      ':error [:timeout 5]',
    ].map(event);
    const history = readJepsen(text.join('\n'), 'edn', 'h.edn');
    const { figures: all, sentences } = checkHistory(history, { model: 'errors' });
    assert.deepEqual([all?.['unhandled'], all?.['handled']], [3, 1]);
    assert.match(
      sentences.join('\n'),
      /^java.lang.IllegalArgumentException, handled by no client, ended 2 .*\njava.*IllegalState.* 1 .*\ntimeout, told/,
    );
  });

  it('performance: rates and quantiles by operation and kind', () => {
    const words = '0 invoke a | 0 ok a | 0 invoke a | 1 invoke b | 0 ok a | 1 info b';
    const { figures: all } = judge(words, 'performance');
    const byF = all?.['byF'] as Record<string, Record<string, { latencyMs: object }>>;
    const latency = { min: 1, p50: 2, p95: 2, p99: 2, max: 2 };
    assert.deepEqual(byF['a']?.['ok']?.latencyMs, latency);
    assert.equal(Object.keys(byF).join(), 'a,b');
    assert.equal((all?.['windows'] as unknown[]).length, 1);
  });

  it('availability: from one success to the next, as long as somebody waits', () => {
    const at = (ms: number, process: number, type: string): object => ({
      process,
      type,
      f: 'read',
      time: ms * 1e6,
    });
    const events = [
      at(0, 0, 'invoke'),
      at(10, 0, 'ok'),
      // Nobody asks for five seconds; then there is no answer for three.
      at(5_000, 0, 'invoke'),
      at(7_000, 0, 'info'),
      at(7_500, 1, 'invoke'),
      at(8_000, 1, 'ok'),
    ];
    const text = events.map((e) => JSON.stringify(e)).join('\n');
    const r = checkHistory(readJepsen(text, 'jsonl', 'h'), { model: 'availability' });
    assert.deepEqual(r.figures?.['longestWindows'], [{ fromMs: 5_000, toMs: 8_000 }]);
    assert.equal(r.figures?.['okShare'], 0.666667);
    assert.match(r.sentences.join(), /Nothing succeeded for 3 s, from 5 s on/);
    assert.equal(judge('0 invoke a', 'performance').verdict, 'unknown');
  });
});

describe('tallies', () => {
  const cases = 600;

  for (const [name, agree] of Object.entries(tallyTwins)) {
    it(`${name}: the quick form and its slow twin agree`, () => {
      const tally = agree(cases);
      assert.ok(tally.illegal > cases / 30 && tally.legal > cases / 30, JSON.stringify(tally));
    });
  }
});
