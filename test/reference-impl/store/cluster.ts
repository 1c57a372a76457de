/**
 * A few servers of the store and one client in a simulated world whose network carries what a real
 * one does: what is longer than a frame is lost.
 */
import type { Component, Effects, Msg, NodeId } from '../../../harness/core/host.ts';
import { limits } from '../../../harness/core/limits.ts';
import type { RoleObservation } from '../../../harness/core/observation.ts';
import type { AppliedObservation } from '../../../reference-impl/consensus/observations.ts';
import { World } from '../../../harness/simulation/world.ts';
import { idle } from '../../../reference-impl/idle.ts';
import { lanes } from '../../../reference-impl/lanes.ts';
import { makeStore } from '../../../reference-impl/store/component.ts';
import { storeConfig, type StoreConfig } from '../../../reference-impl/store/config.ts';
import type { StoreAnswer } from '../../../reference-impl/store/answered.ts';
import type { StoreOp } from '../../../reference-impl/store/asked.ts';
import type { StoreRequest, StoreResponse } from '../../../reference-impl/store/protocol.ts';
import { storeRules, type StoreRules } from '../../../reference-impl/store/rules.ts';

interface Options {
  readonly servers?: number;
  readonly seed?: number;
  readonly config?: Partial<StoreConfig>;
  readonly rules?: Partial<StoreRules>;
}

export class StoreCluster {
  readonly world: World;
  /** Longest message that anybody sent, and how many were lost for their length; bytes as JSON. */
  longestBytes = 0;
  tooLong = 0;
  /** All that the client was told, oldest first. */
  readonly told: Msg[] = [];
  /** Last applied index and hash of each server. */
  readonly applied = new Map<NodeId, AppliedObservation>();
  leader: NodeId | null = null;
  private readonly servers: number;
  private readonly queue: { readonly to: NodeId; readonly m: Msg }[] = [];
  private lastId = 0;

  constructor({ servers = 3, seed = 1, config = {}, rules = {} }: Options = {}) {
    this.servers = servers;
    const voters = Array.from({ length: servers }, (_, id) => id);
    const options = {
      voters,
      config: { ...storeConfig, ...config },
      rules: { ...storeRules, ...rules },
    };
    this.world = new World({
      nodes: servers + 1,
      seed,
      model: { strictEvery: 1 },
      make: (id) =>
        id < servers
          ? [idle, this.framed(makeStore({ self: id, ...options })), idle]
          : [idle, idle, this.client()],
      onObserve: (node, e) => {
        if (e.kind === 'applied') this.applied.set(node, e as AppliedObservation);
        if (e.kind === 'role' && (e as RoleObservation).role === 'leader') this.leader = node;
      },
    });
    for (let id = 0; id <= servers; id++) this.world.start(id);
  }

  run(durationUs: number): this {
    this.world.runUntil(this.world.nowUs + durationUs);
    return this;
  }

  /** Sends one request; `given` replaces fields, such as `id`. Returns its id. */
  ask(op: StoreOp, to: NodeId = this.leader ?? 0, given: Partial<StoreRequest> = {}): number {
    const id = given.id ?? this.lastId + 1;
    this.lastId = Math.max(this.lastId, id);
    this.queue.push({
      to,
      m: {
        kind: 'request',
        session: 1,
        id,
        oldest: Math.max(1, id - 200),
        base: 0,
        replyLane: 2,
        op,
        ...given,
      } as StoreRequest,
    });
    this.world.call(this.servers, 2, { id: 0, f: 'go', key: '', value: null });
    return id;
  }

  /** Asks, and gives the answer after at most 100 ms. */
  answer(op: StoreOp, to?: NodeId, given?: Partial<StoreRequest>): StoreAnswer | null {
    const id = this.ask(op, to, given);
    this.run(100_000);
    return this.answerOf(id);
  }

  answerOf(id: number): StoreAnswer | null {
    const found = this.told.findLast(
      (m) => m.kind === 'response' && (m as StoreResponse).id === id,
    );
    return (found as StoreResponse | undefined)?.answer ?? null;
  }

  /** Anything else to the store of `to`. */
  tell(to: NodeId, m: Msg): void {
    this.queue.push({ to, m });
    this.world.call(this.servers, 2, { id: 0, f: 'go', key: '', value: null });
  }

  private client(): Component {
    return {
      ...idle,
      message: (_from, m) => void this.told.push(m),
      call: (_c, _w, fx) => {
        for (const { to, m } of this.queue.splice(0)) fx.send(to, m, lanes.store);
      },
    };
  }

  private framed(inner: Component): Component {
    const run = (fx: Effects): Effects => ({
      persist: (r) => fx.persist(r),
      forget: (before) => fx.forget(before),
      observe: (e) => fx.observe(e),
      reply: (c, v) => fx.reply(c, v),
      setTimer: (kind, delayUs, arg) => fx.setTimer(kind, delayUs, arg),
      cancelTimer: (id) => fx.cancelTimer(id),
      send: (to, m, lane) => {
        const bytes = Buffer.byteLength(JSON.stringify({ lane, m }));
        this.longestBytes = Math.max(this.longestBytes, bytes);
        if (bytes > limits.frameBytesMax) this.tooLong += 1;
        else fx.send(to, m, lane);
      },
    });
    return {
      start: (records, w, fx) => inner.start(records, w, run(fx)),
      message: (from, m, w, fx) => inner.message(from, m, w, run(fx)),
      call: (c, w, fx) => inner.call(c, w, run(fx)),
      timer: (kind, arg, w, fx) => inner.timer(kind, arg, w, run(fx)),
      durable: (index, w, fx) => inner.durable(index, w, run(fx)),
    };
  }
}
