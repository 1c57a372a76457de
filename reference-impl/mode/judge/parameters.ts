/** The times and counts by which the promises about modes are judged, in one place. */
import { minutesUs, secondsUs } from '../../../harness/spec.ts';
import type { NodeId, Program, StoppedNodes } from '../../../harness/spec.ts';
import type { ModePolicy } from '../matrix.ts';

export interface ModeParameters {
  /** Policy times, µs; divided outside simulation like all that follow but the last two. */
  readonly policy: ModePolicy;
  /** Windows of failure rate and trips. */
  readonly windowUs: number;
  /** A cause must have been gone this long before Recovery begins. */
  readonly settledUs: number;
  /** A step of the ramp lasts this long at least. */
  readonly rampUs: number;
  /** A node renews its evidence and checks instances this often; contact is told no more often. */
  readonly refreshUs: number;
  /** A list counts as the registry's own for this long after the registry confirmed it. */
  readonly cacheTtlUs: number;
  /** A started node counts instances as missing only after this. */
  readonly warmUpUs: number;
  /** A change of mode comes this much after its trigger at the latest. */
  readonly lateUs: number;
  /** Within this time one cause that never went may worsen the mode `flapsMax` times again. */
  readonly flapUs: number;
  readonly flapsMax: number;
  /** Fewer calls than this in the window are no rate. */
  readonly callsMin: number;
  /** Protocol time on top: syncs, timers, µs. Never divided. */
  readonly protocolUs: number;
  /** Differences of clocks and of the order in which things are told, µs. Never divided. */
  readonly slackUs: number;
}

export const usualModes: ModeParameters = {
  policy: {
    freshUs: secondsUs(10),
    registryLostUs: minutesUs(5),
    propagationUs: minutesUs(1),
    stableUs: minutesUs(5),
    evaluateUs: secondsUs(1),
  },
  windowUs: minutesUs(1),
  settledUs: secondsUs(10),
  rampUs: secondsUs(30),
  refreshUs: secondsUs(3),
  cacheTtlUs: secondsUs(30),
  warmUpUs: secondsUs(30),
  lateUs: secondsUs(5),
  flapUs: minutesUs(5),
  flapsMax: 3,
  callsMin: 10,
  protocolUs: secondsUs(3),
  slackUs: 250_000,
};

/** As long as they are in this run. */
export function scaledModes(p: ModeParameters, program: Program): ModeParameters {
  const { policyDivisor } = program.settings;
  const scaled = (us: number): number => us / policyDivisor;
  return {
    ...p,
    policy: {
      freshUs: scaled(p.policy.freshUs),
      registryLostUs: scaled(p.policy.registryLostUs),
      propagationUs: scaled(p.policy.propagationUs),
      stableUs: scaled(p.policy.stableUs),
      evaluateUs: scaled(p.policy.evaluateUs),
    },
    windowUs: scaled(p.windowUs),
    settledUs: scaled(p.settledUs),
    rampUs: scaled(p.rampUs),
    refreshUs: scaled(p.refreshUs),
    cacheTtlUs: scaled(p.cacheTtlUs),
    warmUpUs: scaled(p.warmUpUs),
    lateUs: scaled(p.lateUs),
    flapUs: scaled(p.flapUs),
  };
}

/** A node whose modes are judged, in one run. */
export interface JudgedNode {
  readonly node: NodeId;
  /** As long as they are in this run. */
  readonly p: ModeParameters;
  readonly stopped: StoppedNodes;
  readonly program: Program;
}
