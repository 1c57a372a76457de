/** What the tests of `antlion check` hand it, and what it prints with `--json`. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'mocha';
import { antlion, skipUnlessBuilt } from './antlion.ts';

export interface Line {
  readonly file: string;
  readonly verdict: string;
  readonly operations: number;
  readonly elapsedMs: number;
  readonly nodes: number;
  readonly core: readonly object[];
  readonly prefix: number | null;
}

/** What `--json` printed, a line each, without what says that it is a check. */
export function records(stdout: string): Line[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const all = JSON.parse(line) as Record<string, unknown>;
      assert.deepEqual([all['schemaVersion'], all['type']], [1, 'check']);
      delete all['schemaVersion'];
      delete all['type'];
      return all as unknown as Line;
    });
}

/** Operations of registers and the like, one JSON object a line. */
export function lines(...events: readonly (readonly [number, string, string, unknown?])[]): string {
  return events
    .map(([process, type, f, value = null]) => JSON.stringify({ process, type, f, value }))
    .join('\n');
}

export const good = lines([0, 'invoke', 'write', 1], [0, 'ok', 'write', 1], [1, 'invoke', 'read']);
export const bad = lines(
  [0, 'invoke', 'write', 1],
  [0, 'ok', 'write', 1],
  [1, 'invoke', 'read'],
  [1, 'ok', 'read', null],
  [1, 'invoke', 'read'],
);

/** For the tests of one `describe`: writes files into a folder that is gone afterwards. */
export function inFolder(): {
  readonly inIt: (name: string) => string;
  readonly write: (name: string, text: string) => string;
  readonly check: (...args: string[]) => ReturnType<typeof antlion>;
} {
  let folder = '';
  before(function () {
    skipUnlessBuilt(this);
    folder = mkdtempSync(join(tmpdir(), 'histories-'));
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });
  const inIt = (name: string): string => join(folder, name);
  const write = (name: string, text: string): string => {
    writeFileSync(inIt(name), text);
    return inIt(name);
  };
  return { inIt, write, check: (...args) => antlion(['check', ...args]) };
}
