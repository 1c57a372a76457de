/** What kinds of fault do to links, as they ask for it. */
import assert from 'node:assert/strict';
import type { Fault } from '../../harness/core/fault.ts';
import type { LinkFigure } from '../../harness/faults/figure.ts';
import { kindOf } from '../../harness/faults/kinds.ts';
import type { LinkEffect } from '../../harness/faults/ports.ts';

type Effect = readonly [effect: LinkEffect, figure: LinkFigure];

const node = { of: 'node', node: 0 } as const;
const links = { from: node, to: node, bothWays: false };
const interval = { atUs: 0, untilUs: 0, links };

export const drop = effectOf({ ...interval, kind: 'partition', mode: 'drop' });
export const stall = effectOf({ ...interval, kind: 'partition', mode: 'stall' });
export const refuse = effectOf({ ...interval, kind: 'partition', mode: 'refuse' });

export function latency(delayUs: number, jitterUs: number): Effect {
  return effectOf({ ...interval, kind: 'latency', delayUs, jitterUs });
}

export function bandwidth(rate: number): Effect {
  return effectOf({ ...interval, kind: 'bandwidth', rate });
}

export function reset(afterBytes: number): Effect {
  return effectOf({ ...interval, kind: 'reset', afterBytes });
}

export function effectOf(fault: Fault): Effect {
  const effects: LinkEffect[] = [];
  const unused = (): never => assert.fail('not a fault on links');
  const definition = kindOf(fault);
  definition.inject?.(fault, {
    nodes: [],
    links: [],
    onLinks(effect) {
      effects.push(effect);
      return 'only looked at';
    },
    onMessages: unused,
    crash: unused,
    stop: unused,
    pause: unused,
    throttle: unused,
    skewClock: unused,
    slowDisk: unused,
    troubleDisk: unused,
    troubleConnections: unused,
    limitMemory: unused,
    takeOut: unused,
    runAs: unused,
  });
  const figure = definition.figure?.(fault);
  return [effects[0] as LinkEffect, figure as LinkFigure];
}
