/**
 * The language of promises and stories: what they are written in, and nothing that runs them.
 *
 * Pure: no environment, no package, no `node:` module. So the folder of a mechanism holds its promise
 * and its story, and a node that carries the manifest loads a few small files more. Everything here is
 * also in `antlion` (`index.ts`).
 */
export { unreachable } from './core/assert.ts';
export { formatDuration, minutesUs, secondsUs } from './core/duration.ts';
export type { Fault, FaultPlan, NodeTarget } from './core/fault.ts';
export type { History, HistoryEvent, ObservationEvent, OperationEvent } from './core/history.ts';
export { isOperation } from './core/history.ts';
export type { Json, NodeId } from './core/host.ts';
export type { Invariant, Monitor, Sometimes } from './core/invariant.ts';
export type { RoleObservation } from './core/observation.ts';
export type { Prng } from './core/prng.ts';
export { instancesOf, nodeCount, nodesWithRole } from './core/program.ts';
export type { Operation, Program, Shape } from './core/program.ts';
export type { Scenario } from './core/scenario.ts';
export type { Explanation, Verdict } from './core/verdict.ts';
export { convergenceOf } from './checkers/convergence.ts';
export type { Convergence, CopyChange } from './checkers/convergence.ts';
export { likelyAtMost } from './checkers/statistics.ts';
export { nameNode, when } from './invariants/describe.ts';
export { monitored } from './invariants/monitored.ts';
export type { Promised, RunMonitor } from './invariants/monitored.ts';
export { observed, operation } from './invariants/patterns.ts';
export type { Pattern } from './invariants/patterns.ts';
export { perNode } from './invariants/per-node.ts';
export type { NodeMonitor } from './invariants/per-node.ts';
export type { StoppedNodes } from './invariants/stopped-nodes.ts';
export { always, eventually, leadsTo, never, sometimes, until } from './invariants/temporal.ts';
export {
  driftFactor,
  faultSpans,
  lastHealUs,
  policyUs,
  processes,
  stalledUs,
  stillBroken,
  wasQuiet,
} from './invariants/timeline.ts';
export type { FaultSpan } from './invariants/timeline.ts';
export { drawPlan } from './faults/draw.ts';
export { doesAny, doesOnly } from './faults/harms.ts';
export type { Harm } from './faults/kind.ts';
export { defineScenario } from './runner/define-scenario.ts';
export type { Story } from './runner/define-scenario.ts';
export { cluster } from './workload/cluster.ts';
export { interleave, sideBySide } from './workload/join.ts';
export { drawOperations } from './workload/draw.ts';
export { defineOperation } from './workload/families.ts';
export type { Cell, Ended, Lesson, OperationKind } from './workload/kind.ts';
export { barrierOperations } from './workload/barrier/index.ts';
export { electionOperations } from './workload/election/index.ts';
export { kvOperations } from './workload/kv/index.ts';
export { loadOperations } from './workload/load/index.ts';
export type { Rate } from './workload/load/arrivals.ts';
export { lockOperations } from './workload/lock/index.ts';
export { semaphoreOperations } from './workload/semaphore/index.ts';
export { configArrives } from './invariants/configs.ts';
export { jobOperations } from './workload/jobs/index.ts';
export { membersOperations } from './workload/members/index.ts';
export { registryOperations } from './workload/registry/index.ts';
export { requestOperations } from './workload/request/index.ts';
export { comparedOperations } from './workload/txn/compared.ts';
export { appendOperations, txnOperations } from './workload/txn/index.ts';
export { watchOperations } from './workload/watch/index.ts';
