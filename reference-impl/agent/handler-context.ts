/**
 * What the parts of an agent share: this handler's world and effects, and one alarm for all of them.
 *
 * An agent waits for many things at once. One timer at the earliest of them costs far fewer events
 * than one for each, and none has to be cancelled when an answer comes.
 */
import { assert } from '../../harness/core/assert.ts';
import type {
  CallId,
  Effects,
  Json,
  Lane,
  Msg,
  NodeId,
  TimerId,
  World,
} from '../../harness/core/host.ts';
import type { Observation } from '../../harness/core/observation.ts';

/** Later than everything. */
export const never = Number.MAX_SAFE_INTEGER;

export class HandlerContext {
  private w: World | null = null;
  private fx: Effects | null = null;
  private armedUs = never;
  private armed: TimerId = 0;

  /** Every handler of the agent begins with this: world and effects are good for one handler. */
  enter(w: World, fx: Effects): void {
    this.w = w;
    this.fx = fx;
  }

  get world(): World {
    assert(this.w !== null, 'inside a handler');
    return this.w;
  }

  get nowUs(): number {
    return this.world.nowUs;
  }

  random(bound: number): number {
    return this.world.random(bound);
  }

  send(to: NodeId, m: Msg, lane: Lane): void {
    this.effects.send(to, m, lane);
  }

  observe(e: Observation): void {
    this.effects.observe(e);
  }

  reply(call: CallId, v: Json): void {
    this.effects.reply(call, v);
  }

  /** The alarm goes off at `atUs` or before. */
  wakeBy(atUs: number): void {
    if (atUs >= this.armedUs) return;
    if (this.armedUs !== never) this.effects.cancelTimer(this.armed);
    this.armedUs = atUs;
    this.armed = this.effects.setTimer(0, Math.max(0, atUs - this.nowUs));
  }

  /** The alarm went off. */
  woke(): void {
    this.armedUs = never;
  }

  private get effects(): Effects {
    assert(this.fx !== null, 'inside a handler');
    return this.fx;
  }
}
