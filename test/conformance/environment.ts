/**
 * What every environment must do: one suite for the simulation, processes and containers.
 *
 * Each test states a claim about a history of the echo system. Times are compared with one another
 * inside the history, never with a wall clock; delays have lower bounds only.
 */
import assert from 'node:assert/strict';
import type { Environment, Run } from '../../harness/core/environment.ts';
import { isOperation } from '../../harness/core/history.ts';
import type { History } from '../../harness/core/history.ts';
import type { Program } from '../../harness/core/program.ts';
import type { System } from '../../harness/core/system.ts';
import { echoKeys, echoSystem } from './echo-system.ts';
import { claims } from './claims.ts';
import { Reading } from './script.ts';

export interface ConformanceOptions {
  readonly name: string;
  /** Makes the environment, once, before its first test. */
  readonly open: () => Environment | Promise<Environment>;
  /** The system to run, with the operations of the echo system; the echo system unless told. */
  readonly system?: System;
  /** Tests that this environment cannot pass, by title. They are reported as pending. */
  readonly skip: readonly { readonly test: string; readonly reason: string }[];
}

/** Declares the suite for one environment. */
export function environmentConformance(options: ConformanceOptions): void {
  describe(`environment: ${options.name}`, function () {
    this.timeout(60_000);
    const runs = new Map<Program, Promise<Run>>();
    let environment: Promise<Environment> | undefined;
    const run = async (program: Program): Promise<Run> => {
      environment ??= Promise.resolve(options.open());
      return (await environment).run(options.system ?? echoSystem, program);
    };
    const once = (program: Program): Promise<Run> => {
      const known = runs.get(program) ?? run(program);
      runs.set(program, known);
      return known;
    };
    for (const s of options.skip) {
      assert.ok(
        claims.some(([title]) => title === s.test),
        `skip names a test: ${s.test}`,
      );
    }
    for (const [title, program, read] of claims) {
      const skipped = options.skip.find((s) => s.test === title);
      if (skipped !== undefined) {
        it.skip(`${title} (skipped: ${skipped.reason})`);
        continue;
      }
      it(title, async () => {
        const r = await once(program);
        read(new Reading(r.history, program.faults), r);
      });
    }
    it('every history is well formed, every fault healed, nothing left', async () => {
      for (const r of runs.values()) {
        const done = await r;
        assertWellFormed(done.history);
        if (options.system === undefined) assertJoined(done.history);
        assert.deepEqual(done.leftovers, []);
      }
    });
  });
}

function assertWellFormed(history: History): void {
  let lastUs = 0;
  const open = new Map<number, number>();
  const ended = new Set<number>();
  const faults = new Map<number, string[]>();
  for (const e of history.events) {
    assert.ok(e.timeUs >= lastUs, `time goes on: ${JSON.stringify(e)}`);
    lastUs = e.timeUs;
    if (isOperation(e)) {
      if (e.type === 'invoke') {
        assert.ok(![...open.values()].includes(e.process), `one at a time: ${JSON.stringify(e)}`);
        open.set(e.op, e.process);
      } else {
        assert.equal(open.get(e.op), e.process, `completes what was invoked: ${JSON.stringify(e)}`);
        assert.ok(!ended.has(e.op), `completes once: ${JSON.stringify(e)}`);
        open.delete(e.op);
        ended.add(e.op);
      }
    } else if (e.type === 'fault') {
      faults.set(e.fault, [...(faults.get(e.fault) ?? []), e.phase]);
    }
  }
  assert.equal(open.size, 0, 'every operation has ended');
  for (const [fault, phases] of faults) {
    assert.equal(phases[0], 'begin', `fault ${fault}`);
    assert.equal(phases.at(-1), 'end', `fault ${fault} is healed`);
  }
  assert.ok(history.readyUs <= history.endUs);
}

function assertJoined(history: History): void {
  const joined = history.events.filter(
    (e) => e.type === 'observe' && e.value.kind === 'echo' && e.value.key === echoKeys.joined,
  );
  assert.ok(joined.length >= 3);
}
