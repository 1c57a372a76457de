/** Crashes, stops, pauses and broken disks of simulated nodes: makes each process what those in force make of it. */
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import { limits } from '../core/limits.ts';
import type { CrashPoint } from '../faults/crash-point.ts';
import type { DiskTrouble } from '../faults/disk-trouble.ts';
import type { PassingMessage } from '../faults/link-rule.ts';
import { processState } from '../faults/overlap.ts';
import type { Turns } from '../faults/ports.ts';
import type { World } from './world.ts';

export interface ProcessFaultsOptions {
  readonly world: World;
  readonly record: (e: HistoryEvent) => void;
  readonly start: (node: NodeId) => void;
}

/** Crashes and pauses in force at one node, and the pauses that wait for a process to stop. */
interface InForce {
  crashes: number;
  /** Clean stops, which are no crashes. */
  stops: number;
  /** Cuts the goodbye that is being said short. */
  hurry: (() => void) | null;
  readonly pauses: (() => void)[];
  /** Troubles of its disk, of which it may end. */
  troubles: number;
  /** A crash took it down: only that brings it up again. */
  isDown: boolean;
  /** Upgrades in force, of which the last counts, and what it runs as. */
  readonly upgrades: Upgrade[];
  runsAs: string | null;
  /** Told when it is down. */
  onDown: (() => void) | null;
}

interface Upgrade {
  readonly version: string;
  /** Its end undoes nothing. */
  readonly stays: boolean;
  readonly onEffect: () => void;
}

/** What is begun is ended by the function that comes back. */
export class ProcessFaults {
  private readonly o: ProcessFaultsOptions;
  private readonly nodes = new Map<NodeId, InForce>();

  constructor(options: ProcessFaultsOptions) {
    this.o = options;
  }

  takeDown(id: NodeId, by: 'crashes' | 'stops', onEffect: () => void): () => void {
    const faults = this.inForce(id);
    const wasUp = this.o.world.isUp(id);
    faults[by] += 1;
    this.reconcile(id, faults);
    if (wasUp) onEffect();
    return () => {
      faults[by] -= 1;
      this.reconcile(id, faults);
    };
  }

  crashUpon(id: NodeId, point: CrashPoint, onEffect: () => void): () => void {
    const { world } = this.o;
    let restart: (() => void) | null = null;
    const end = (): void => {
      restart?.();
      restart = null;
    };
    const kill = (): void => {
      restart = this.takeDown(id, 'crashes', onEffect);
      world.at(world.nowUs + point.downUs, end);
    };
    const disarm = world.node(id).watch(point, () => {
      // Its disk is done, and the node does not know yet.
      if (point.of === 'synced') kill();
      // Not from within what the node does: the message has left, the record is not on the disk.
      else world.at(world.nowUs, kill);
    });
    return () => {
      disarm();
      end();
    };
  }

  /** Of what arrives nothing is forgotten: past `roomBytes` it ends as who is killed for want of memory. */
  limitMemory(
    id: NodeId,
    roomBytes: number,
    { fault, onEffect }: { readonly fault: number; readonly onEffect: () => void },
  ): () => void {
    const { world } = this.o;
    let leftBytes = roomBytes;
    let start: (() => void) | null = null;
    let isOver = false;
    const end = (): void => {
      // Not from within what is going on.
      if (!isOver && start === null) start = this.takeDown(id, 'crashes', onEffect);
    };
    const links = world.linksTo(id);
    const pass = (m: PassingMessage): number => {
      if (leftBytes >= 0) leftBytes -= m.bytes();
      if (leftBytes < 0 && start === null) world.at(world.nowUs, end);
      return 0;
    };
    const handle = world.network.begin({ pass }, links, () => undefined, fault);
    return () => {
      isOver = true;
      world.network.end(handle);
      start?.();
    };
  }

  pause(id: NodeId, onEffect: () => void): () => void {
    const faults = this.inForce(id);
    faults.pauses.push(onEffect);
    this.reconcile(id, faults);
    return () => {
      faults.pauses.splice(faults.pauses.indexOf(onEffect), 1);
      this.reconcile(id, faults);
    };
  }

  /** A pause again and again, which means what a pause means beside other faults. */
  throttle(id: NodeId, { restUs, runUs }: Turns, onEffect: () => void): () => void {
    const { world } = this.o;
    let resume: (() => void) | null = null;
    let isOver = false;
    const rest = (): void => {
      if (isOver) return;
      resume = this.pause(id, onEffect);
      world.at(world.nowUs + restUs, run);
    };
    const run = (): void => {
      if (isOver) return;
      resume?.();
      resume = null;
      world.at(world.nowUs + runUs, rest);
    };
    rest();
    return () => {
      isOver = true;
      resume?.();
    };
  }

  /** What it is when it starts next; null: what the run began with. */
  versionOf(id: NodeId): string | null {
    return this.nodes.get(id)?.upgrades.at(-1)?.version ?? null;
  }

  runAs(id: NodeId, upgrade: Upgrade): () => void {
    const faults = this.inForce(id);
    faults.upgrades.push(upgrade);
    this.turnOver(id, faults);
    return () => {
      if (upgrade.stays) return;
      faults.upgrades.splice(faults.upgrades.indexOf(upgrade), 1);
      this.turnOver(id, faults);
    };
  }

  /** Stops a node that is another version than it should be, and starts it once it is down. */
  private turnOver(id: NodeId, faults: InForce): void {
    const { world } = this.o;
    // One that is down is started as what it should be.
    if (!world.isUp(id) || faults.runsAs === this.versionOf(id)) return;
    let up: (() => void) | null = this.takeDown(id, 'stops', () => undefined);
    const start = (): void => {
      up?.();
      up = null;
    };
    if (!world.isUp(id)) return start();
    // Not from within what is going on. One that ends over its goodbye tells nobody.
    faults.onDown = () => world.at(world.nowUs, start);
    world.at(world.nowUs + limits.stopUs, start);
  }

  private start(id: NodeId, faults: InForce): void {
    faults.runsAs = this.versionOf(id);
    this.o.start(id);
    if (this.o.world.isUp(id)) faults.upgrades.at(-1)?.onEffect();
  }

  private wentDown(faults: InForce): void {
    faults.onDown?.();
    faults.onDown = null;
  }

  /** Makes the process what the crashes and pauses in force make of it. */
  private reconcile(id: NodeId, faults: InForce): void {
    const { world } = this.o;
    const { crashes, stops, pauses } = faults;
    const state = processState(crashes + stops, pauses.length);
    if (state === 'down') {
      faults.isDown = true;
      if (!world.isUp(id)) return;
      if (crashes === 0 && world.node(id).pauses === 0) return this.shutDown(id, faults);
      faults.hurry = null;
      world.crash(id);
      this.o.record({ type: 'node', timeUs: world.nowUs, node: id, change: 'crashed' });
      this.wentDown(faults);
      return;
    }
    if (faults.isDown) {
      faults.hurry?.();
      this.start(id, faults);
    }
    faults.isDown = false;
    // Who ended by itself can neither be stopped nor let go.
    if (!world.isUp(id)) return;
    const isPaused = world.node(id).pauses > 0;
    if (state === 'stands still' && !isPaused) world.pause(id);
    if (state === 'runs' && isPaused) world.resume(id);
    for (const onEffect of pauses) onEffect();
  }

  private shutDown(id: NodeId, faults: InForce): void {
    const { world } = this.o;
    if (faults.hurry !== null) return;
    faults.hurry = world.shutDown(id, () => {
      faults.hurry = null;
      this.o.record({ type: 'node', timeUs: world.nowUs, node: id, change: 'stopped' });
      this.wentDown(faults);
    });
  }

  private inForce(id: NodeId): InForce {
    let faults = this.nodes.get(id);
    if (faults === undefined) {
      faults = {
        crashes: 0,
        stops: 0,
        hurry: null,
        pauses: [],
        troubles: 0,
        isDown: false,
        upgrades: [],
        runsAs: null,
        onDown: null,
      };
      this.nodes.set(id, faults);
    }
    return faults;
  }

  /** A node that ended of it is started again once its disk is sound. */
  trouble(id: NodeId, what: DiskTrouble, onEffect: () => void): () => void {
    const { world } = this.o;
    const end = world.node(id).disk.trouble(what, onEffect);
    const faults = this.inForce(id);
    faults.troubles += 1;
    return () => {
      end();
      faults.troubles -= 1;
      const wanted = processState(faults.crashes + faults.stops, faults.pauses.length);
      const hasEnded = !world.isUp(id) && wanted !== 'down' && faults.troubles === 0;
      if (!hasEnded) return;
      this.start(id, faults);
      this.reconcile(id, faults);
    };
  }
}
