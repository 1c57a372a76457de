/** Nodes that are started as another version of their program, simulated. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Fault } from '../../harness/core/fault.ts';
import type { Program } from '../../harness/core/program.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { timetable } from '../conformance/script.ts';
import type { Line } from '../conformance/script.ts';

const node = { of: 'node', node: 1 } as const;
const next = { kind: 'upgrade', version: 'next', nodes: node } as const;
const at = (fromMs: number, untilMs: number) => ({
  atUs: fromMs * 1_000,
  untilUs: untilMs * 1_000,
});

function told(faults: readonly Fault[], more: readonly Line[] = []): readonly string[] {
  const asks = Array.from({ length: 5 }, (_, i): Line => [
    500 + 1_000 * i,
    1,
    'version',
    '1',
    null,
  ]);
  const program = scripted(faults, [...asks, ...more]);
  const { history, skippedFaults } = simulation().run(echoSystem, program);
  assert.deepEqual(skippedFaults, []);
  return history.events.flatMap((e) => {
    if (e.timeUs < history.readyUs) return [];
    if (e.type === 'node') return [[e.change, e.reason ?? []].flat().join(' ')];
    if (e.type === 'fault') return [e.phase];
    return e.type === 'ok' ? [`${e.f} ${String(e.value)}`] : [];
  });
}

function scripted(faults: readonly Fault[], lines: readonly Line[]): Program {
  return timetable({ name: 'x', durationMs: 5_000, deadlineMs: 400, lines, faults });
}

describe('nodes that are upgraded', () => {
  it('stop, start as the other version from their disk, and are what they were at the end', () => {
    const lines: readonly Line[] = [
      [100, 0, 'write', '1', 'kept'],
      [1_600, 0, 'read', '1', null],
    ];
    assert.deepEqual(told([{ ...next, ...at(1_000, 3_000) }], lines), [
      'write kept',
      'version first',
      ...['begin', 'stopped', 'started version next', 'effective'],
      'version next',
      'read kept',
      'version next',
      ...['end', 'stopped', 'started'],
      'version first',
      'version first',
    ]);
  });

  it('stay so where they are told to', () => {
    const [, ...after] = told([{ ...next, stays: true, ...at(1_000, 1_200) }]);
    assert.equal(after.filter((word) => word === 'version next').length, 4);
  });

  it('are started as it after a crash that was there before', () => {
    const crash: Fault = { kind: 'crash', nodes: node, ...at(700, 2_000) };
    const after = told([crash, { ...next, ...at(900, 3_200) }]).join(', ');
    assert.match(
      after,
      /crashed, effective, begin, started version next, effective, end, version next, end/,
    );
    assert.match(after, /stopped, started(, version first)+$/);
  });

  it('are skipped where there is no such version', () => {
    const program = scripted([{ ...next, version: '9', ...at(100, 200) }], []);
    const { skippedFaults, history } = simulation().run(echoSystem, program);
    assert.equal(skippedFaults[0]?.reason, 'the system has no version "9", wanted next');
    assert.equal(history.events.filter((e) => e.type === 'fault').length, 0);
  });
});
