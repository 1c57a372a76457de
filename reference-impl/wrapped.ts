/** Components that stand between another and its host: what it sends is counted, or changed by a mutant. */
import type { Component, Effects, World } from '../harness/core/host.ts';

/** What becomes of a message that the inner component sends; `fx` are the host's effects. */
export type SendInstead = (fx: Effects, ...sent: Parameters<Effects['send']>) => void;

/** `inner`, with `send` for each message that it sends; `ended` follows each event. */
export function sending(
  inner: Component,
  send: SendInstead,
  ended?: (w: World, fx: Effects) => void,
): Component {
  const run = (w: World, fx: Effects, step: (changed: Effects) => void): void => {
    step({
      persist: (record) => fx.persist(record),
      forget: (before) => fx.forget(before),
      observe: (e) => fx.observe(e),
      send: (...sent) => send(fx, ...sent),
      reply: (call, v) => fx.reply(call, v),
      setTimer: (kind, delayUs, arg) => fx.setTimer(kind, delayUs, arg),
      cancelTimer: (id) => fx.cancelTimer(id),
    });
    ended?.(w, fx);
  };
  return {
    start: (records, w, fx) => run(w, fx, (changed) => inner.start(records, w, changed)),
    message: (from, m, w, fx) => run(w, fx, (changed) => inner.message(from, m, w, changed)),
    call: (c, w, fx) => run(w, fx, (changed) => inner.call(c, w, changed)),
    timer: (kind, arg, w, fx) => run(w, fx, (changed) => inner.timer(kind, arg, w, changed)),
    durable: (index, w, fx) => run(w, fx, (changed) => inner.durable(index, w, changed)),
    ...(inner.describe !== undefined && { describe: () => inner.describe?.() ?? {} }),
    ...(inner.unfinished !== undefined && { unfinished: () => inner.unfinished?.() ?? {} }),
    ...(inner.observed !== undefined && {
      observed: (e, w, fx) => run(w, fx, (changed) => inner.observed?.(e, w, changed)),
    }),
    ...(inner.stop !== undefined && {
      stop: (w, fx) => run(w, fx, (changed) => inner.stop?.(w, changed)),
    }),
    ...(inner.hasStopped !== undefined && { hasStopped: () => inner.hasStopped?.() !== false }),
  };
}
