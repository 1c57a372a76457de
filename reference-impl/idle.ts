/** A component without a duty: it fills the lane of a node that has none there. */
import type { Component } from '../harness/core/host.ts';

export const idle: Component = {
  start() {},
  message() {},
  call(c, _w, fx) {
    fx.reply(c.id, { type: 'fail', error: 'this node has no such duty' });
  },
  timer() {},
  durable() {},
};
