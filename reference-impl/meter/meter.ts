/**
 * Counts what leaves and reaches a lane, where a story asks for it (`extra: { meterUs }`).
 *
 * It stands outside of all that a mutant replaces: what it tells is what was sent, whoever sent it.
 */
import type { Component, Msg, World } from '../../harness/core/host.ts';
import { sending } from '../wrapped.ts';
import type { Traffic } from './observations.ts';

type Counts = Record<string, Traffic>;

/** `inner`, with a word about its traffic every `everyUs`, at the first event after that. */
export function metered(inner: Component, lane: string, everyUs: number): Component {
  let fromUs = 0;
  let sent: Counts = {};
  let received: Counts = {};
  const begin = (w: World): void => {
    fromUs = w.nowUs;
    sent = {};
    received = {};
  };
  const counted = sending(
    inner,
    (fx, to, m, at) => {
      add(sent, m);
      fx.send(to, m, at);
    },
    (w, fx) => {
      if (w.nowUs - fromUs < everyUs) return;
      const more = inner.unfinished === undefined ? {} : { unfinished: inner.unfinished() };
      fx.observe({ kind: 'traffic', lane, fromUs, untilUs: w.nowUs, sent, received, ...more });
      begin(w);
    },
  );
  return {
    ...counted,
    start(records, w, fx) {
      begin(w);
      counted.start(records, w, fx);
    },
    message(from, m, w, fx) {
      add(received, m);
      counted.message(from, m, w, fx);
    },
  };
}

function add(counts: Counts, m: Msg): void {
  const { messages = 0, bytes = 0 } = counts[m.kind] ?? {};
  counts[m.kind] = { messages: messages + 1, bytes: bytes + JSON.stringify(m).length };
}
