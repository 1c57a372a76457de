import assert from 'node:assert/strict';
import { limits } from '../../harness/core/limits.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import { LineReader } from '../../harness/realtime/line-reader.ts';
import { NodeOutput } from '../../harness/realtime/node-output.ts';

function readAll(pieces: readonly string[]): { lines: string[]; tooLong: string[] } {
  const lines: string[] = [];
  const tooLong: string[] = [];
  const reader = new LineReader({
    onLine: (line) => lines.push(line),
    onTooLong: (beginning) => tooLong.push(beginning),
  });
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return { lines, tooLong };
}

describe('a reader of lines', () => {
  const text = 'a\nbc\r\n\nd\ne';
  const lines = ['a', 'bc', '', 'd', 'e'];

  it('gives the same lines however the text is cut', () => {
    for (let size = 1; size <= text.length; size++) {
      const pieces: string[] = [];
      for (let i = 0; i < text.length; i += size) pieces.push(text.slice(i, i + size));
      assert.deepEqual(readAll(pieces), { lines, tooLong: [] });
    }
  });

  it('gives a line of exactly the longest length', () => {
    const longest = 'x'.repeat(limits.lineCharactersMax);
    assert.deepEqual(readAll([longest, '\nend']).lines, [longest, 'end']);
  });

  it('drops a line that does not end, keeps its beginning, and goes on after it', () => {
    const piece = 'x'.repeat(1 << 16);
    const pieces = Array.from({ length: (2 * limits.lineCharactersMax) >> 16 }, () => piece);
    const { lines, tooLong } = readAll(['before\n', ...pieces, '\nafter\n']);
    assert.deepEqual(lines, ['before', 'after']);
    assert.deepEqual(tooLong, ['x'.repeat(1_024)]);
  });
});

describe('the output of a node', () => {
  function collect(text: string): { events: HistoryEvent[]; errors: Error[]; tail: string[] } {
    const events: HistoryEvent[] = [];
    const errors: Error[] = [];
    const output = new NodeOutput({
      name: 'server-0',
      onEvent: (e) => events.push(e),
      onFailed: (e) => errors.push(e),
    });
    const reader = output.reader();
    reader.push(text);
    reader.end();
    return { events, errors, tail: output.tail };
  }

  it('is told in its last lines, each cut to what people read', () => {
    const { tail } = collect(
      Array.from({ length: 1_100 }, (_, i) => `${i}`.repeat(3_000)).join('\n'),
    );
    assert.equal(tail.length, 1_000);
    assert.ok(tail.every((line) => line.length === 2_000));
  });

  it('loses no event in silence: one that is too long ends the run', () => {
    const { errors } = collect(`{"level":30,"x":"${'x'.repeat(limits.lineCharactersMax)}`);
    assert.match(
      errors.join(),
      /E_NODE_OUTPUT: server-0 wrote an event of more than \d+ characters/,
    );
  });

  it('may be long and mean nothing', () => {
    const { errors, tail } = collect('x'.repeat(limits.lineCharactersMax + 1));
    assert.deepEqual(errors, []);
    assert.match(tail.join(), /^x{1024}… \(more than/);
  });
});
