import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventOfLine, Lines, nodeLogger, observationLine } from '../../harness/host/lines.ts';

const seen = { kind: 'role', role: 'leader', term: 3 } as const;
const of = { node: 2, lane: 'store', timeUs: 17 };

describe('lines of a node', () => {
  it('an observation is read back as it was, and looks like every other line', () => {
    withLines((lines, text) => {
      const log = nodeLogger(2, () => 17, lines);
      log.info({ lane: 'store', observe: seen }, 'role');
      lines.flush();
      const line = observationLine(seen, of);
      assert.equal(line, text());
      const event = { type: 'observe', timeUs: 17, node: 2, value: seen };
      assert.deepEqual(eventOfLine(line.trimEnd()), event);
    });
  });

  it('wait for their turn to end or for a flush, and keep their order', async () => {
    await withLines(async (lines, text) => {
      lines.add('a\n');
      lines.add('b\n');
      assert.equal(text(), '');
      lines.flush();
      assert.equal(text(), 'a\nb\n', 'before flush returns');
      lines.add('c\n');
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(text(), 'a\nb\nc\n');
    });
  });

  it('do not pile up in a turn that is long', () => {
    withLines((lines, text) => {
      for (let i = 0; i < 1_000; i++) lines.add(`${'x'.repeat(999)}\n`);
      assert.ok(text().length > 900_000);
      lines.flush();
    });
  });
});

function withLines<T>(run: (lines: Lines, text: () => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-lines-'));
  const path = join(folder, 'out');
  const fd = openSync(path, 'w');
  const end = (): void => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  };
  const done = run(new Lines(fd), () => readFileSync(path, 'utf8'));
  if (done instanceof Promise) return done.finally(end) as T;
  end();
  return done;
}
