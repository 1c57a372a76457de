/** What a scenario asks, and what a run of it is likely to cost, before any ran. */
import type { Operation, Program } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Run } from '../core/environment.ts';
import { operationsAsked, requestsOf } from '../workload/families.ts';
import type { Sketch } from './rounds.ts';

/**
 * In operations, as fitted to the CPU times of 125 stories of the reference cluster: to make the nodes and to judge
 * costs as much as a thousand of them, what a node does by itself in a second as much as one and a half. It is wrong by a factor of
 * 1.9 (standard deviation of its logarithm: 0.63); length times nodes alone is wrong by 3.5.
 */
const atLeast = 1_000;
const perNodeSecond = 1.5;

/** `program`: any one of the scenario. */
export function sketchOf({ promises, own = [] }: Scenario, program: Program): Sketch {
  const { clients, durationUs, shape, settings } = program;
  const asks = [
    ...promises.map((id) => `promise ${id}`),
    ...own.map(({ id }) => `promise ${id}`),
    ...operationsAsked(program).map((f) => `operation ${f}`),
    ...Object.keys(settings.extra).map((name) => `setting ${name}`),
  ];
  const nodeSeconds = (durationUs / 1_000_000) * shape.nodes.length;
  const operations = clients.reduce((sum, ops) => sum + requestsWithin(ops, durationUs), 0);
  return { asks: [...new Set(asks)], cost: atLeast + perNodeSecond * nodeSeconds + operations };
}

/** Those that fit in by their pauses: stories have more than their clients can come to. */
function requestsWithin(ops: readonly Operation[], durationUs: number): number {
  let [waitedUs, requests] = [0, 0];
  for (const op of ops) {
    waitedUs += op.afterUs;
    if (waitedUs > durationUs) break;
    requests += requestsOf(op);
  }
  return requests;
}

/**
 * What a run has cost, in the events that the simulation performed: to record and judge one is as much as to perform six,
 * to make the nodes as much as 7,500.
 */
export function costOfRun({ simulatedEvents = 0, history }: Run): number {
  return 7_500 + simulatedEvents + 6 * history.events.length;
}
