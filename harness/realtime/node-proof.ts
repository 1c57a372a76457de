/** What shows that clocks are wrong and disks slow, beside the nodes' word that they met it. */
import type { NodeId } from '../core/host.ts';
import type { Aim } from '../faults/aim.ts';
import type { MessageFigure, NodeFigure } from '../faults/figure.ts';
import type { Injection } from '../faults/ports.ts';
import type { WallAhead } from '../host/control-protocol.ts';
import { ConnectionProof } from './connection-proof.ts';
import type { FaultAccess, MeasuredInjection } from './fault-access.ts';
import type { Growth } from './measure.ts';
import type { Proof } from './proof.ts';
import type { NodeFaultControl, Told } from './node-faults.ts';

export interface NodeProofOptions {
  readonly figure: MessageFigure | NodeFigure;
  /** Of that figure. */
  readonly growth: Growth;
  readonly aim: Aim;
  readonly access: FaultAccess;
}

/** Smaller errors of clocks are lost in what reading them takes. */
const jumpUsMin = 20_000;
const driftPpmMin = 100;
/** A rate is read over so much time at least. */
const rateOverUs = 50_000;
/** What is less in an answer may be its rounding. */
const wrongUsMin = 5_000;
/** An end is looked for so often. */
const endTries = 10;
const lastLookMsMax = 1_000;
const pauseMs = 50;

/** Work on nodes that is effective once its figure grew and what it does is seen. */
export function provedInNodes(work: Injection, o: NodeProofOptions): MeasuredInjection {
  const proof = proofOf(o);
  const { hurry } = o.access;
  let wasMet = false;
  let isShown = false;
  let isOver = false;
  let stillThere: string | null = null;
  return {
    async begin() {
      await o.growth.mark();
      await work.begin();
    },
    async end() {
      // What met it last may still be under way.
      if (wasMet && !isShown && !hurry.aborted) isShown = (await proof?.lastLook?.()) ?? false;
      isOver = true;
      await work.end();
      stillThere = (await proof?.end(hurry)) ?? null;
    },
    async isEffective() {
      // Asked each time: what nodes tell then is looked at, too.
      wasMet = (await o.growth.hasGrown()) || wasMet;
      // After the end clocks are right and syncs quick, as they should be.
      if (!isOver && wasMet) isShown ||= proof === null || (await proof.isShown());
      return proof === null ? wasMet : isShown;
    },
    whyNot() {
      if (!wasMet) return 'idle: nothing met it meanwhile';
      return (
        proof?.whatDenied() ?? 'no probe could tell: it was over too soon, or its nodes were down'
      );
    },
    notOver: () => stillThere,
  };
}

function proofOf({ figure, aim, access }: NodeProofOptions): Proof | null {
  const { controls, trueUs } = access;
  if (figure === 'skewed-reads') return new ClockProof(aim.nodes, controls, trueUs);
  if (figure === 'delayed-syncs') return new DiskProof(aim.nodes, controls);
  if (figure === 'refused-connections') return new ConnectionProof(aim.nodes, access);
  return null;
}

class ClockProof implements Proof {
  private readonly nodes: readonly NodeId[];
  private readonly controls: NodeFaultControl;
  /** How far a wall clock of this machine is ahead of the time of the run when it is right. */
  private readonly rightUs: () => number;
  private readonly before = new Map<NodeId, Told>();
  private denied: string | null = null;

  constructor(nodes: readonly NodeId[], controls: NodeFaultControl, trueUs: () => number) {
    this.nodes = nodes;
    this.controls = controls;
    this.rightUs = () => Date.now() * 1_000 - trueUs();
  }

  isShown(): Promise<boolean> {
    const found = this.nodes.map((node) => this.isAsTold(node));
    return Promise.resolve(found.includes(true) && !found.includes(false));
  }

  whatDenied(): string | null {
    return this.denied;
  }

  async lastLook(): Promise<boolean> {
    await this.controls.refresh(this.nodes);
    return this.isShown();
  }

  async end(hurry: AbortSignal): Promise<string | null> {
    for (let tries = 0; !hurry.aborted; tries++) {
      await this.controls.refresh(this.nodes);
      if (!this.nodes.map((node) => this.isAsTold(node)).includes(false)) return null;
      if (tries === endTries) return this.denied;
      await new Promise((wake) => setTimeout(wake, pauseMs));
    }
    return null;
  }

  /** Are its clocks as wrong as all faults in force make them? Null: that cannot be told. */
  private isAsTold(node: NodeId): boolean | null {
    const told = this.controls.told(node);
    if (told === null) return null;
    if (told.wallAhead !== undefined) return this.isWallAsTold(told.wallAhead);
    // One that tells no clock is believed.
    if (told.clock === undefined) return true;
    const { jumpUs, driftPpm } = this.controls.inForce(node).clock;
    const jumpedUs = told.clock.wallUs - told.clock.trueUs - this.rightUs();
    const slackUs = Math.max(jumpUsMin, Math.abs(jumpUs) / 5);
    if (Math.abs(jumpedUs - jumpUs) > slackUs) {
      this.denied = `a clock is ${Math.round(jumpedUs / 1_000)} ms ahead, wanted ${Math.round(jumpUs / 1_000)} ms`;
      return false;
    }
    const isRateRight = this.isRateRight(node, told, driftPpm);
    return Math.abs(jumpUs) >= jumpUsMin && isRateRight === null ? true : isRateRight;
  }

  /** By what it was asked: somewhere between two moments, so that an error has a least and a most. */
  private isWallAsTold(ahead: WallAhead | null): boolean | null {
    if (ahead === null) return null;
    const [[least, most], [from, until]] = [ahead.readUs, ahead.wantedUs];
    const slackUs = Math.max(jumpUsMin, Math.abs(from) / 5);
    const ms = (us: number): number => Math.round(us / 1_000);
    if (most < from - slackUs || least > until + slackUs) {
      const why = most > -jumpUsMin && least < jumpUsMin ? `: ${ahead.whyRight}` : '';
      this.denied = `a clock is ${ms((least + most) / 2)} ms ahead, wanted ${ms(until)} ms${why}`;
      return false;
    }
    if (least > wrongUsMin || most < -wrongUsMin) return true;
    if (until !== 0) this.denied = `a clock is to be ${ms(until)} ms ahead, too little to be told`;
    return null;
  }

  private isRateRight(node: NodeId, told: Told, driftPpm: number): boolean | null {
    const before = this.before.get(node);
    if (before?.clock === undefined || told.clock === undefined || before.boot !== told.boot) {
      this.before.set(node, told);
      return null;
    }
    const tookUs = told.clock.trueUs - before.clock.trueUs;
    if (tookUs < rateOverUs) return null;
    this.before.set(node, told);
    const ppm = ((told.clock.nowUs - before.clock.nowUs) / tookUs - 1) * 1_000_000;
    const slackPpm = Math.max(driftPpmMin, Math.abs(driftPpm) / 5);
    if (Math.abs(ppm - driftPpm) <= slackPpm) return true;
    this.denied = `a clock drifts by ${Math.round(ppm)} ppm, wanted ${Math.round(driftPpm)}`;
    return false;
  }
}

class DiskProof implements Proof {
  private readonly nodes: readonly NodeId[];
  private readonly controls: NodeFaultControl;
  private slowestUs = 0;

  constructor(nodes: readonly NodeId[], controls: NodeFaultControl) {
    this.nodes = nodes;
    this.controls = controls;
  }

  isShown(): Promise<boolean> {
    const found = this.nodes.map((node) => {
      const told = this.controls.told(node);
      const took = told?.slowestSyncUs;
      if (told === null) return null;
      // One that does not tell is believed.
      if (took === undefined) return true;
      this.slowestUs = Math.max(this.slowestUs, took);
      return took >= 0.9 * this.controls.inForce(node).syncDelayUs && took > 0;
    });
    return Promise.resolve(found.includes(true));
  }

  /** A sync that it met takes as long as it is made. */
  async lastLook(): Promise<boolean> {
    const delays = this.nodes.map((node) => this.controls.inForce(node).syncDelayUs);
    const ms = Math.min(lastLookMsMax, Math.max(0, ...delays) / 1_000);
    await new Promise((wake) => setTimeout(wake, ms));
    await this.controls.refresh(this.nodes);
    return this.isShown();
  }

  whatDenied(): string | null {
    return `no sync took longer than ${Math.round(this.slowestUs / 1_000)} ms`;
  }

  /** A node that heard that it is over makes no sync longer. */
  end(): Promise<string | null> {
    return Promise.resolve(null);
  }
}
