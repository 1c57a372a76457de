/** The public API of antlion: one curated list. */
export type { Environment, EnvironmentName, Run, RunOptions } from './core/environment.ts';
export { HarnessError, exitCodes } from './core/errors.ts';
export { faultKinds } from './core/fault.ts';
export type { Fault, FaultKind, FaultPlan, LinkTarget, NodeTarget } from './core/fault.ts';
export type { History, HistoryEvent, OperationEvent } from './core/history.ts';
export type { Call, Component, Effects, Json, Msg, NodeId, Rec, World } from './core/host.ts';
export type { Observation } from './core/observation.ts';
export type { Invariant, Monitor } from './core/invariant.ts';
export { Prng } from './core/prng.ts';
export type { NodeSpec, Operation, Program, Settings, Shape } from './core/program.ts';
export type { Scenario } from './core/scenario.ts';
export type { AdapterForm, Endpoint, Leader, Outcome, Session, System } from './core/system.ts';
export type { LaunchPlan, PeersPlan, ReadyPlan } from './core/launch-plan.ts';
export { attached } from './attached/environment.ts';
export type { AttachedOptions } from './attached/environment.ts';
export type { MemberAccess } from './attached/access.ts';
export { launched } from './attached/launched.ts';
export type { LaunchedOptions } from './attached/launched.ts';
export { defineSystem } from './systems/define-system.ts';
export type {
  OpenSystem,
  Requirement,
  SystemDefinition,
  SystemManifest,
} from './systems/define-system.ts';
export { httpAdapter } from './systems/http-adapter.ts';
export type { HttpAdapterOptions, HttpOperation } from './systems/http-adapter.ts';
export { tcpAdapter } from './systems/tcp-adapter.ts';
export type { TcpOperation } from './systems/tcp-adapter.ts';
export { z } from 'zod';
export type { Explanation, Verdict } from './core/verdict.ts';
export { minutesUs, secondsUs } from './core/duration.ts';
export { certificateRecord } from './checkers/certificate.ts';
export type { Certificate } from './checkers/certificate.ts';
export { checkHistory } from './checkers/check-history.ts';
export type { CheckOptions, CheckReport } from './checkers/check-report.ts';
export { readJepsen } from './checkers/formats/jepsen.ts';
export type { JepsenHistory } from './checkers/formats/jepsen.ts';
export { checkLinearizable } from './checkers/linearizability.ts';
export type { LinearizabilityOptions, LinearizabilityResult } from './checkers/linearizability.ts';
export { illegal } from './checkers/model.ts';
export type { CellModel, Model, StepModel } from './checkers/model.ts';
export { checkMovement } from './checkers/movement.ts';
export { isCompleted, operationsOf } from './checkers/operations.ts';
export type { Op } from './checkers/operations.ts';
export { chiSquare, likelyAtMost, likelyChiSquare } from './checkers/statistics.ts';
export { linearizableAs } from './invariants/linearizable-as.ts';
export { observed, operation } from './invariants/patterns.ts';
export type { Pattern } from './invariants/patterns.ts';
export { always, eventually, leadsTo, never, sometimes, until } from './invariants/temporal.ts';
export type { Promised } from './invariants/monitored.ts';
export type { Sometimes } from './core/invariant.ts';
export { drawPlan } from './faults/draw.ts';
export { cluster } from './workload/cluster.ts';
export { interleave, sideBySide } from './workload/join.ts';
export { lockOperations } from './workload/lock-operations.ts';
export { kvOperations, requestOperations, watchOperations } from './workload/operations.ts';
export type { WatchRequest, WatchResult } from './core/watch.ts';
export { drawProgram, kv } from './runner/draw-program.ts';
export { defineScenario } from './runner/define-scenario.ts';
export { property } from './runner/property.ts';
export type { PropertyOptions } from './runner/property-options.ts';
export { PropertyError } from './runner/property-trial.ts';
export type { RegressionStore } from './runner/regressions.ts';
export { usualSometimes } from './runner/sometimes.ts';
export { simulation } from './simulation/environment.ts';
