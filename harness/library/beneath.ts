/** Components of a system on the nodes that serve a library: the service on top of them asks them, as its own API would. */
import { assert } from '../core/assert.ts';
import type { Call, Component, Effects, Json, Lane, Msg, NodeId, World } from '../core/host.ts';
import type { LaneSpec, NodeConfig } from '../core/system.ts';
import type { LibraryDefinition } from './definition.ts';
import type { Answer, Inquiry } from './resident.ts';

/** The components of a node, below the service; none where the library needs none. */
export function lanesBeneath({ beneath }: LibraryDefinition, config: NodeConfig): LaneSpec[] {
  const inner = beneath?.node(config) ?? [];
  const service = serviceLane(beneath);
  assert(inner.length === service, 'all nodes have so many components', { service });
  return inner.map(({ name, component }) => {
    return { name, component: new Beneath(component, config.id, service) };
  });
}

/** Lanes of a client in which nobody is: it has the library alone. */
export function lanesLeftEmpty({ beneath }: LibraryDefinition): LaneSpec[] {
  return Array.from({ length: serviceLane(beneath) }, () => ({ name: 'none', component: empty }));
}

/** Where the service is, and the library at a client. */
export function serviceLane(beneath: LibraryDefinition['beneath']): Lane {
  return beneath?.lanes ?? 0;
}

const empty: Component = {
  start() {},
  message() {},
  call() {},
  timer() {},
  durable() {},
};

/** A component whose replies go to the service of its node. */
class Beneath implements Component {
  private readonly inner: Component;
  private readonly self: NodeId;
  private readonly service: Lane;

  constructor(inner: Component, self: NodeId, service: Lane) {
    this.inner = inner;
    this.self = self;
    this.service = service;
  }

  start(...[records, w, fx]: Parameters<Component['start']>): void {
    this.inner.start(records, w, this.answering(fx));
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    if (from === this.self && m.kind === 'inquiry') {
      this.inner.call((m as Inquiry).call, w, this.answering(fx));
    } else {
      this.inner.message(from, m, w, this.answering(fx));
    }
  }

  call(c: Call, w: World, fx: Effects): void {
    this.inner.call(c, w, fx);
  }

  timer(kind: number, arg: number, w: World, fx: Effects): void {
    this.inner.timer(kind, arg, w, this.answering(fx));
  }

  durable(index: number, w: World, fx: Effects): void {
    this.inner.durable(index, w, this.answering(fx));
  }

  observed(...[e, w, fx]: Parameters<NonNullable<Component['observed']>>): void {
    this.inner.observed?.(e, w, this.answering(fx));
  }

  stop(w: World, fx: Effects): void {
    this.inner.stop?.(w, this.answering(fx));
  }

  hasStopped(): boolean {
    return this.inner.hasStopped?.() !== false;
  }

  private answering(fx: Effects): Effects {
    const answered = (id: number, value: Json): Answer => ({
      kind: 'answer',
      id,
      ok: true,
      value,
    });
    return {
      persist: (record) => fx.persist(record),
      forget: (before) => fx.forget(before),
      observe: (e) => fx.observe(e),
      send: (...sent) => fx.send(...sent),
      reply: (id, value) => fx.send(this.self, answered(id, value), this.service),
      setTimer: (kind, delayUs, arg) => fx.setTimer(kind, delayUs, arg),
      cancelTimer: (id) => fx.cancelTimer(id),
    };
  }
}
