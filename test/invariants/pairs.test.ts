/** Every promise accepts the history it must accept, and rejects those it must reject, for its reason. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { History } from '../../harness/core/history.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import { invariants as overOperations } from '../../harness/invariants/catalog.ts';
import { reference } from '../../reference-impl/system.ts';
import { historyFiles, promiseOf, recordedHistory } from './paired-histories.ts';
import { reasonsOfMechanisms } from './reasons-of-mechanisms.ts';
import { reasons as reasonsOfFixtures } from './reasons.ts';

const invariants: readonly Invariant[] = [
  ...overOperations,
  ...reference.promises.flatMap((p) => (typeof p === 'string' ? [] : [p])),
];
const invariantOf = (id: string): Invariant =>
  invariants.find((i) => i.id === id) ?? assert.fail(`no promise ${id}`);

const names = [...historyFiles.keys()];
const reasons = { ...reasonsOfFixtures, ...reasonsOfMechanisms };

describe('invariants', () => {
  for (const { id } of invariants) {
    it(`${id} has a history to accept and one to reject`, () => {
      assert.ok(names.includes(`${id}-ok`), `fixtures/histories/${id}-ok.jsonl`);
      assert.ok(names.includes(`${id}-bad`), `fixtures/histories/${id}-bad.jsonl`);
    });
  }

  for (const name of names) {
    const isOk = name.endsWith('-ok');
    const id = promiseOf(
      name,
      invariants.map((i) => i.id),
    );
    it(`${isOk ? 'accepts' : 'rejects'} ${name}`, () => {
      const { history, program } = recordedHistory(name);
      const verdict = invariantOf(id ?? '?').judge(history, program);
      if (isOk) {
        assert.equal(verdict.kind, 'holds', JSON.stringify(verdict));
        return;
      }
      if (verdict.kind !== 'violated') assert.fail(JSON.stringify(verdict));
      assert.match(verdict.explanation.sentences.join('\n'), reasons[name] ?? /./);
    });
  }

  for (const invariant of invariants) {
    it(`${invariant.id} says unknown of an empty history`, () => {
      const { program } = recordedHistory(`${invariant.id}-ok`);
      const nothing: History = { events: [], readyUs: 0, endUs: 1 };
      assert.equal(invariant.judge(nothing, program).kind, 'unknown');
    });

    const monitor = invariant.monitor?.bind(invariant);
    if (monitor === undefined) continue;
    it(`${invariant.id} is seen online as well, by the same event at the latest`, () => {
      const bad = recordedHistory(`${invariant.id}-bad`);
      const watch = monitor(bad.program);
      const at = bad.history.events.findIndex((e) => watch.event(e) !== null);
      assert.ok(at >= 0);
      const ok = recordedHistory(`${invariant.id}-ok`);
      const calm = monitor(ok.program);
      assert.ok(ok.history.events.every((e) => calm.event(e) === null));
    });
  }
});
