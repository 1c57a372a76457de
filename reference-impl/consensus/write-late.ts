/**
 * What etcd#14370 and Redis' `appendfsync everysec` have in common: what is written reaches the disk later than the
 * acknowledgement leaves. The component is told at once that its records are durable; they are really
 * handed over later, and a crash loses those that were not.
 */
import type { Component, Effects, Rec, World } from '../../harness/core/host.ts';
/** No component uses this kind. */
const flushTimer = 1_000;

/** `inner`, with a disk that hears of each record `lateUs` after `inner` was told that it is durable. */
export function writeLate(inner: Component, lateUs: number): Component {
  /** Index of the last record that the inner component believes to be durable. */
  let believed = -1;
  /** Index of the last record that is on the disk. */
  let durable = -1;
  const unwritten: Rec[] = [];
  const run = (w: World, fx: Effects, step: (late: Effects) => void): void => {
    const wasEmpty = unwritten.length === 0;
    const late: Effects = {
      persist(record) {
        unwritten.push(record);
        return believed + unwritten.length;
      },
      // What it believes to be on the disk may not be: only that may go.
      forget: (before) => fx.forget(Math.min(before, durable + 1)),
      observe: (e) => fx.observe(e),
      send: (to, m, lane) => fx.send(to, m, lane),
      reply: (call, v) => fx.reply(call, v),
      setTimer: (kind, delayUs, arg) => fx.setTimer(kind, delayUs, arg),
      cancelTimer: (id) => fx.cancelTimer(id),
    };
    let told = unwritten.length;
    step(late);
    while (told < unwritten.length) {
      told = unwritten.length;
      inner.durable(believed + told, w, late);
    }
    if (wasEmpty && told > 0) fx.setTimer(flushTimer, lateUs);
  };
  return {
    start(records, w, fx) {
      const found = [...records];
      believed = found.length - 1;
      durable = believed;
      run(w, fx, (late) => inner.start(found, w, late));
    },
    message: (from, m, w, fx) => run(w, fx, (late) => inner.message(from, m, w, late)),
    call: (c, w, fx) => run(w, fx, (late) => inner.call(c, w, late)),
    timer(kind, arg, w, fx) {
      if (kind !== flushTimer) {
        run(w, fx, (late) => inner.timer(kind, arg, w, late));
        return;
      }
      believed += unwritten.length;
      for (const record of unwritten.splice(0)) fx.persist(record);
    },
    durable: (index) => void (durable = index),
    ...(inner.observed !== undefined && {
      observed: (e, w, fx) => run(w, fx, (late) => inner.observed?.(e, w, late)),
    }),
  };
}
