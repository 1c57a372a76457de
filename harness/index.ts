/**
 * The public API of antlion: one curated list, held still by `test/testdata/public-api.txt`.
 *
 * What needs Node's own modules is apart, in `antlion/environments`.
 */

// A run as data, from the program to the verdict.
export type { Environment, EnvironmentName, Pins, Run, RunOptions } from './core/environment.ts';
export { HarnessError, errorCodes, exitCodes } from './core/errors.ts';
export type { ErrorCode } from './core/errors.ts';
export { faultKinds, rareKinds } from './faults/kinds.ts';
export type {
  Fault,
  FaultInterval,
  FaultKind,
  FaultPlan,
  Faults,
  LinkFault,
  LinkTarget,
  NodeFault,
  NodeTarget,
  Sighting,
} from './core/fault.ts';
export type { PartitionMode } from './faults/overlap.ts';
export { countOperations, isOperation } from './core/history.ts';
export type {
  FaultEvent,
  History,
  HistoryEvent,
  Latency,
  LoadEvent,
  NodeEvent,
  ObservationEvent,
  OperationEvent,
} from './core/history.ts';
export { Prng, seedMax } from './core/prng.ts';
export { clientId, instancesOf, nodeCount, nodesWithRole } from './core/program.ts';
export type { NodeSpec, Operation, Program, Settings, Shape } from './core/program.ts';
export type { Scenario } from './core/scenario.ts';
export type { Explanation, Verdict, VerdictKind } from './core/verdict.ts';
export { formatDuration, minutesUs, parseDuration, secondsUs } from './core/duration.ts';

// A system of your own: as components, or as somebody else's product.
export type {
  Call,
  CallId,
  Component,
  Effects,
  Json,
  Lane,
  Msg,
  NodeId,
  Rec,
  TimerId,
  World,
} from './core/host.ts';
export type { Observation } from './core/observation.ts';
export type { LaunchPlan, PeersPlan, ReadyPlan, VersionPlan } from './core/launch-plan.ts';
export type {
  AdapterForm,
  Ageing,
  Confirmed,
  Endpoint,
  Facet,
  LaneSpec,
  Leader,
  MemberChanges,
  MemberObservation,
  MachineForm,
  NodeConfig,
  Outcome,
  Readiness,
  Session,
  System,
} from './core/system.ts';
export { defineSystem } from './systems/define-system.ts';
export type {
  Anomaly,
  Documented,
  OpenSystem,
  Requirement,
  SystemDefinition,
  SystemManifest,
} from './systems/define-system.ts';
export { libraryUnderTest } from './library/library-under-test.ts';
export type { LibraryUnderTest } from './library/library-under-test.ts';
export { loadForRuns } from './library/virtual-globals.ts';
export { httpService } from './library/http-service.ts';
export type {
  LibraryClientForm,
  LibraryDefinition,
  LibraryHost,
  ResidentHost,
  Service,
  ServiceForm,
  ServiceHost,
} from './library/definition.ts';
export { httpAdapter } from './systems/http-adapter.ts';
export type { HttpAdapterOptions, HttpOperation } from './systems/http-adapter.ts';
export { tcpAdapter } from './systems/tcp-adapter.ts';
export type { TcpOperation } from './systems/tcp-adapter.ts';
export { attached } from './attached/environment.ts';
export type { AttachedOptions } from './attached/environment.ts';
export type { MemberAccess } from './attached/access.ts';
export { launched } from './attached/launched.ts';
export type { LaunchedOptions } from './attached/launched.ts';
/** Of the schemas of a system's flags. */
export { z } from 'zod';

export { stateless } from './core/metric.ts';
export type { Metric, MetricReader, Sample } from './core/metric.ts';

// Promises: by id, of your own, and what a suite must come across.
export type { Invariant, InvariantArea, Monitor, Sometimes } from './core/invariant.ts';
export { invariantOf } from './invariants/catalog.ts';
export { barrierOpens, barrierTogether } from './invariants/barriers.ts';
export { configAdvances, configArrives, configCurrent } from './invariants/configs.ts';
export type { ArrivalBounds } from './invariants/configs.ts';
export { jobKept, jobOnce } from './invariants/jobs.ts';
export { deadTold, heardTold, liveTold } from './invariants/members.ts';
export type { MembersBounds } from './invariants/members.ts';
export { endedNotFound, registeredFound } from './invariants/registrations.ts';
export type { RegistryBounds } from './invariants/registrations.ts';
export { linearizableAs } from './invariants/linearizable-as.ts';
export { load, observed, operation } from './invariants/patterns.ts';
export type { Pattern } from './invariants/patterns.ts';
export { always, eventually, leadsTo, never, sometimes, until } from './invariants/temporal.ts';
export type { Promised } from './invariants/monitored.ts';
export { usualSometimes } from './runner/sometimes.ts';

// Histories that somebody recorded, and models to hold them against.
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

// Kinds of fault: your own, and what they are done with.
export { defineFault } from './faults/define-fault.ts';
export { drawLinks, drawNodes } from './faults/draw-target.ts';
export type { Figure } from './faults/figure.ts';
export { doesAny, doesOnly } from './faults/harms.ts';
export type { FaultDefinition, Harm } from './faults/kind.ts';
export type { Link, LinkRule, Passage, PassingMessage } from './faults/link-rule.ts';
export { noMessageFaults } from './faults/overlap.ts';
export type { ClockError, MessageFaults } from './faults/overlap.ts';
export { wholeMs } from './faults/ports.ts';
export type { FaultPorts, Injection, LinkEffect, SimulatedPorts, Toxic } from './faults/ports.ts';

// What runs are drawn from: clusters, operations, faults.
export { drawPlan } from './faults/draw.ts';
export { cluster } from './workload/cluster.ts';
export type { ClusterSpec, ServiceSpec } from './workload/cluster.ts';
export { interleave, sideBySide } from './workload/join.ts';
export { loadOperations } from './workload/load/index.ts';
export type { LoadSpec } from './workload/load/index.ts';
export type { LoadInput, LoadOutput } from './workload/load/input.ts';
export type { Rate } from './workload/load/arrivals.ts';
export type { KeyChoice } from './workload/load/keys.ts';
export type { Drive, DriveContext, Scheduler } from './workload/drive.ts';
export { electionOperations } from './workload/election/index.ts';
export type { ElectionSpec } from './workload/election/index.ts';
export { barrierOperations } from './workload/barrier/index.ts';
export type { BarrierSpec } from './workload/barrier/index.ts';
export { configOperations } from './workload/config/index.ts';
export type { ConfigSpec } from './workload/config/index.ts';
export { jobOperations } from './workload/jobs/index.ts';
export type { JobSpec } from './workload/jobs/index.ts';
export { membersOperations } from './workload/members/index.ts';
export { registryOperations } from './workload/registry/index.ts';
export type { MembersSpec } from './workload/members/index.ts';
export type { RegistrySpec } from './workload/registry/index.ts';
export { lockOperations } from './workload/lock/index.ts';
export type { LockSpec } from './workload/lock/index.ts';
export { semaphoreOperations } from './workload/semaphore/index.ts';
export type { SemaphoreSpec } from './workload/semaphore/index.ts';
export { kvOperations } from './workload/kv/index.ts';
export { requestOperations } from './workload/request/index.ts';
export { comparedOperations } from './workload/txn/compared.ts';
export { appendOperations, txnOperations } from './workload/txn/index.ts';
export { watchOperations } from './workload/watch/index.ts';
export type { KvSpec, Mix } from './workload/kv/index.ts';
export type { RequestSpec } from './workload/request/index.ts';
export type { WatchSpec } from './workload/watch/index.ts';
export { drawOperations } from './workload/draw.ts';
export type { ListSpec } from './workload/draw.ts';
export { defineOperation } from './workload/families.ts';
export type { Cell, Ended, Lesson, OperationKind } from './workload/kind.ts';
export type { WatchRequest, WatchResult } from './core/watch.ts';
export { drawProgram, kv } from './runner/draw-program.ts';
export type { ClusterChoice, FaultChoice, ProgramChoice, Workload } from './runner/draw-program.ts';

// Running: scenarios, properties, and what a violation is told as.
export { defineConfig } from './runner/define-config.ts';
export type { Config } from './runner/define-config.ts';
export { defineScenario } from './runner/define-scenario.ts';
export type { ScenarioDefinition, Story } from './runner/define-scenario.ts';
export { judge } from './runner/judge.ts';
export type { JudgeOptions, Judgement } from './runner/judge.ts';
export { programOf, runScenario } from './runner/run-scenario.ts';
export type { ScenarioRun } from './runner/run-scenario.ts';
export { counterexample } from './runner/counterexample.ts';
export type { Counterexample, ShrinkBudget } from './runner/counterexample.ts';
export { decodeToken, encodeToken } from './runner/token.ts';
export type { ReplayRecord } from './runner/replay-record.ts';
export { property } from './runner/property.ts';
export type { PropertyOptions } from './runner/property-options.ts';
export { PropertyError } from './runner/property-trial.ts';
export type { RegressionStore } from './runner/regressions.ts';
export { simulation } from './simulation/environment.ts';
export type { SimulationOptions } from './simulation/environment.ts';
