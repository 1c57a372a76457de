/** What is said of a broken promise: which setting keeps it, or what to look for where nobody knows. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { remediesFor } from '../../harness/cli/replay/remedies.ts';
import { builtIns } from '../../harness/cli/products/systems.ts';
import type { Program } from '../../harness/core/program.ts';
import { matteredText } from '../../harness/page/prepare/fewer.ts';
import { reference } from '../../reference-impl/system.ts';
import { opossum } from '../../scenarios/libraries/opossum.ts';

const program = (scenario: string, extra: object, mutant: string | null = null): Program =>
  ({ scenario, settings: { mutant, extra, policyDivisor: 1, deadlineUs: 1 } }) as Program;

describe('what to change', () => {
  it('is the safe setting of a product, where what was found is known', async () => {
    const redis = builtIns.find((m) => m.name === 'redis');
    const anomaly = redis?.anomalies.find((a) => a.breaks === 'mutual-exclusion');
    assert.ok(redis !== undefined && anomaly !== undefined);
    const { system } = redis.open({});
    const found = program(anomaly.scenario, anomaly.flags);
    const told = await remediesFor(system, found, anomaly.breaks, null);
    assert.equal(told[0], `Known of it: ${anomaly.what}`);
    assert.match(told[1] ?? '', /^Safe: (without )?--/);
    assert.equal(told[2], anomaly.source);
  });

  it('is what a library can be told, where its defect is known', async () => {
    const { system } = opossum.scenario;
    assert.ok(system !== undefined);
    const told = await remediesFor(system, program('any', {}), 'any', null);
    assert.deepEqual(told.slice(0, 2), [
      `Known of it: ${opossum.defect}`,
      `Safe: ${opossum.safe.how}.`,
    ]);
  });

  it('is the rule that a mutant replaces, and whether the same run is right without it', async () => {
    const ran: (string | null)[] = [];
    const told = await remediesFor(
      reference,
      program('any', {}, 'stale-read'),
      'linearizable',
      (p) => {
        ran.push(p.settings.mutant);
        return Promise.resolve('unknown');
      },
    );
    assert.deepEqual(ran, [null]);
    assert.match(told.at(-1) ?? '', /nobody can say whether the promise is kept\.$/);
  });

  it('is what to look for, where nobody knows it', async () => {
    const told = await remediesFor(reference, program('any', {}), 'linearizable', null);
    assert.match(told[0] ?? '', /^No setting is known that mends it\./);
    assert.match(told.at(-1) ?? '', /^and \d+ more: .*docs\/reference\/promises\.md\.$/);
  });
});

describe('which fault mattered', () => {
  const tried = (
    fault: number | null,
    without: string,
    verdict: 'holds' | 'violated' | 'unknown',
  ) => ({ fault, op: fault === null ? 1 : null, without, verdict }) as const;

  it('is that without which the promise is kept; an operation is none', () => {
    assert.equal(
      matteredText([
        tried(0, 'a', 'holds'),
        tried(1, 'b', 'violated'),
        tried(null, 'read', 'holds'),
      ]),
      'It took a: without it the promise is kept. Without b the promise is broken as well.',
    );
  });

  it('is not guessed at', () => {
    assert.equal(
      matteredText([tried(null, 'read', 'holds')]),
      'No fault mattered: the run has none.',
    );
    assert.equal(
      matteredText([tried(0, 'a', 'unknown'), tried(1, 'b', 'violated')]),
      'No fault alone mattered. Without b the promise is broken as well. What becomes of it without a is unknown.',
    );
  });
});
