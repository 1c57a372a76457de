/**
 * A server whose work costs time: one message after the other, in the order in which they came.
 *
 * What servers say to each other stands in the same line. So a server that is asked too much answers
 * too late, and no longer hears in time that somebody leads, or that it may go on leading: that is how
 * load takes a leader down. Consensus itself knows nothing of it; its timers go off on time.
 */
import type { Component, Effects, Msg, NodeId, World } from '../../harness/core/host.ts';
import type { IntakeConfig } from './config.ts';

/** What agents send. All else is of other servers. */
const asks: ReadonlySet<string> = new Set(['request', 'watch', 'unwatch']);
/** Others below 200 belong to the store. */
const intakeTimer = 200;

/** `inner`, which is handed one message at a time; as it is where `config` is null. */
export function takingIn(inner: Component, config: IntakeConfig | null): Component {
  return config === null ? inner : withLine(inner, config);
}

function withLine(
  inner: Component,
  { requestUs, peerUs, lineMax, fromUs }: IntakeConfig,
): Component {
  const line: { readonly from: NodeId; readonly m: Msg }[] = [];
  let isBusy = false;
  let freeUntilUs = 0;
  const next = (w: World, fx: Effects): void => {
    const first = line.shift();
    isBusy = first !== undefined;
    if (first === undefined) return;
    inner.message(first.from, first.m, w, fx);
    fx.setTimer(intakeTimer, asks.has(first.m.kind) ? requestUs : peerUs);
  };
  return {
    start(records, w, fx) {
      freeUntilUs = w.nowUs + fromUs;
      inner.start(records, w, fx);
    },
    message(from, m, w, fx) {
      if (w.nowUs < freeUntilUs) return inner.message(from, m, w, fx);
      if (line.length < lineMax) line.push({ from, m });
      if (!isBusy) next(w, fx);
    },
    timer(kind, arg, w, fx) {
      if (kind === intakeTimer) next(w, fx);
      else inner.timer(kind, arg, w, fx);
    },
    call: (c, w, fx) => inner.call(c, w, fx),
    durable: (index, w, fx) => inner.durable(index, w, fx),
    text: (value) => inner.text?.(value) ?? null,
    gathered: (w, fx) => inner.gathered?.(w, fx),
    describe: () => ({ ...inner.describe?.(), 'waiting in line': line.length }),
    unfinished: () => inner.unfinished?.() ?? {},
    stop: (w, fx) => inner.stop?.(w, fx),
    hasStopped: () => inner.hasStopped?.() !== false,
  };
}
