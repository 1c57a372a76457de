/** Members that are taken out of a running cluster by its own operation. */
import type { NodeId } from '../core/host.ts';
import { insist, notAsked } from '../faults/taking-out.ts';
import { withSignal } from '../host/signals.ts';
import { unlessAborted } from './abort.ts';
import type { FaultAccess, MeasuredInjection } from './fault-access.ts';

/** So long it is asked that they are members again. */
const backMsMax = 10_000;

/** Or the reason why they cannot be. */
export function takeOut(
  nodes: readonly NodeId[],
  { asking, hurry }: FaultAccess,
): MeasuredInjection | string {
  if (asking === null) return notAsked;
  let isAnswered = false;
  let isOut = false;
  let giveUp = (): void => undefined;
  let notOver: string | null = null;
  return {
    begin() {
      giveUp = insist(asking, { add: [], remove: nodes }, (what) => {
        isAnswered = true;
        isOut = what === 'shown';
      });
      return Promise.resolve();
    },
    async end() {
      giveUp();
      if (hurry.aborted) return;
      // What was asked last may still be done.
      let cancel = (): void => undefined;
      const back = new Promise<void>((resolve) => {
        cancel = insist(asking, { add: nodes, remove: [] }, (what) => {
          // Who was never out need not be seen to come back.
          if (what === 'shown' || !isOut) resolve();
        });
      });
      const isBack = await withSignal([hurry], backMsMax, (s) => unlessAborted(s, back)).then(
        () => true,
        () => false,
      );
      cancel();
      if (!isBack && !hurry.aborted) notOver = 'the system has not taken them in again';
    },
    isEffective: () => Promise.resolve(isOut),
    whyNot: () =>
      isAnswered
        ? 'the system says that it has taken them out, and no member of it does'
        : 'the system did not say that it has taken them out',
    notOver: () => notOver,
  };
}
