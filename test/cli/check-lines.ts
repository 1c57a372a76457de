/** What `antlion check --json` prints. */
import assert from 'node:assert/strict';

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
