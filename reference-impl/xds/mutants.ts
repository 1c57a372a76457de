/** A mesh broken. */
import type { Mutants } from '../mechanism.ts';
import type { XdsRules } from './rules.ts';

export const xdsMutants: Mutants<XdsRules> = {
  'routes-first': {
    difficulty: 'hard',
    what: 'a route is sent before its cluster was accepted',
    breaks: ['xds-order'],
    shows: ['mesh-changes', 1],
    rules: { mayRoute: () => true },
  },
  'breaks-first': {
    difficulty: 'easy',
    what: 'a cluster is taken away while routes lead to it',
    breaks: ['xds-order'],
    shows: ['mesh-changes', 1],
    rules: { isKept: () => false },
  },
  'nonce-ignored': {
    difficulty: 'hard',
    what: 'any answer is taken for that to the newest response, whatever its nonce',
    breaks: ['refused-kept-back', 'xds-order', 'mesh-converges'],
    shows: ['mesh-changes', 1],
    rules: { answered: (_nonce, inFlight) => inFlight.at(-1) ?? null },
  },
  'serves-refused': {
    difficulty: 'easy',
    what: 'a version that was refused is sent again with the next change',
    breaks: ['refused-kept-back', 'xds-order'],
    shows: ['mesh-changes', 1],
    rules: { isKeptBack: () => false },
  },
  'takes-anything': {
    difficulty: 'easy',
    what: 'a proxy that refuses a response uses what it likes of it',
    breaks: ['refused-kept-back'],
    shows: ['mesh-changes', 1],
    rules: { keepsOut: () => false },
  },
  'remembers-unsubscribed': {
    difficulty: 'hard',
    what: 'what a proxy no longer subscribes to is thought to be with it still, and is not sent when it is asked for again',
    breaks: ['mesh-converges'],
    shows: ['listeners-return', 1],
    rules: { forgets: () => false },
  },
  'forgets-without-plane': {
    difficulty: 'easy',
    what: 'a proxy that loses its control plane throws away what it has',
    breaks: ['mesh-goes-on'],
    shows: ['control-plane-lost', 1],
    rules: { keeps: () => false },
  },
  'sticks-to-one-plane': {
    difficulty: 'hard',
    what: 'a control plane sends a proxy the first plan only',
    breaks: ['mesh-converges', 'mesh-goes-on'],
    shows: ['mesh-changes', 1],
    rules: { isNews: () => false },
  },
  'wrong-accepted': {
    difficulty: 'easy',
    what: 'a proxy accepts whatever it is sent',
    breaks: ['wrong-refused'],
    shows: ['wrong-routes', 1],
    rules: { wrong: () => null },
  },
  'draining-called': {
    difficulty: 'hard',
    what: 'a proxy goes on to call who drains',
    breaks: ['draining-spared'],
    shows: ['rolling-deploy', 1],
    rules: { isUsable: ({ health }) => health !== 'unhealthy' },
  },
};
