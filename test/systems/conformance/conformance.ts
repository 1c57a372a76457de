/** Puts an adapter through every check that its operations allow. */
import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { Subject } from './bench.ts';
import { checks } from './checks.ts';

/** Inside a `describe`; `subject` is asked once the members are there. */
export function adapterConformance(operations: readonly string[], subject: () => Subject): void {
  for (const { claim, needs, run } of checks) {
    if (!needs.every((f) => operations.includes(f))) continue;
    it(claim, async () => {
      assert.equal(await run(subject()), null);
    });
  }
}
