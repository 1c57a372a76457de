/** The real membership component in the real simulation: gossip alone, started joined. */
import type { Component, Effects, Msg, NodeId } from '../../harness/core/host.ts';
import type { Belief, MembersObservation } from '../../reference-impl/membership/observations.ts';
import type { RangeUs } from '../../harness/simulation/options.ts';
import { World } from '../../harness/simulation/world.ts';
import { lan } from '../../reference-impl/membership/config.ts';
import { createMembership } from '../../reference-impl/membership/membership.ts';
import { membershipRules } from '../../reference-impl/membership/rules.ts';

export interface SwimWorldOptions {
  readonly nodes: number;
  readonly seed: number;
  /** One way, each message. */
  readonly latency: RangeUs;
  readonly onMember: (node: NodeId, o: Belief, nowUs: number) => void;
  /** Sees every message that a member wants sent. */
  readonly onSend?: (to: NodeId, m: Msg, nowUs: number) => void;
}

/** A cluster of `nodes` members that all know one another, with memberlist's LAN constants. */
export function swimWorld({ nodes, seed, latency, onMember, onSend }: SwimWorldOptions): World {
  const world: World = new World({
    nodes,
    seed,
    model: { strictEvery: 0, latency },
    make: (self) => {
      const member = createMembership({
        self,
        size: nodes,
        seeds: [],
        startJoined: true,
        config: lan,
        rules: membershipRules,
      });
      return [
        onSend === undefined ? member : overheard(member, (to, m) => onSend(to, m, world.nowUs)),
      ];
    },
    onObserve: (node, e) => {
      for (const o of (e as MembersObservation).news) onMember(node, o, world.nowUs);
    },
  });
  for (let id = 0; id < nodes; id++) world.start(id);
  return world;
}

/** The same component; `onSend` is told of what it sends. */
function overheard(c: Component, onSend: (to: NodeId, m: Msg) => void): Component {
  // A lane keeps its effects object for life: one listener a boot.
  let of: Effects | null = null;
  let listener: Effects | null = null;
  const listening = (fx: Effects): Effects => {
    if (listener === null || of !== fx) listener = listenerOn(fx, onSend);
    of = fx;
    return listener;
  };
  return {
    start: (records, w, fx) => c.start(records, w, listening(fx)),
    message: (from, m, w, fx) => c.message(from, m, w, listening(fx)),
    call: (call, w, fx) => c.call(call, w, listening(fx)),
    timer: (kind, arg, w, fx) => c.timer(kind, arg, w, listening(fx)),
    durable: (index, w, fx) => c.durable(index, w, listening(fx)),
  };
}

function listenerOn(fx: Effects, onSend: (to: NodeId, m: Msg) => void): Effects {
  return {
    persist: (record) => fx.persist(record),
    forget: (before) => fx.forget(before),
    observe: (e) => fx.observe(e),
    send: (to, m, lane) => {
      onSend(to, m);
      fx.send(to, m, lane);
    },
    reply: (call, v) => fx.reply(call, v),
    setTimer: (kind, delayUs, arg) => fx.setTimer(kind, delayUs, arg),
    cancelTimer: (id) => fx.cancelTimer(id),
  };
}
