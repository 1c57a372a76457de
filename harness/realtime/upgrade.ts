/** Nodes stopped and started as another version of their program: shown by what they say that they are. */
import type { NodeId } from '../core/host.ts';
import { whyNoVersion } from '../faults/versions.ts';
import type { FaultAccess, MeasuredInjection } from './fault-access.ts';

/** So long, and so long after one another, a node is asked as what it runs. */
const askMsMax = 10_000;
const pauseMs = 50;

/** Or the reason why they cannot be. `stays`: its end undoes nothing. */
export function upgradeNodes(
  nodes: readonly NodeId[],
  { version, stays }: { readonly version: string; readonly stays: boolean },
  access: FaultAccess,
): MeasuredInjection | string {
  const { versions, nodes: lifecycle } = access;
  if (versions === null) return 'its process is not ours to start as another version';
  const whyNot = whyNoVersion(version, versions.known);
  if (whyNot !== null) return whyNot;
  const release = access.reserve('crash', nodes);
  if (typeof release === 'string') return release;
  const upgrade = { version };
  const before = new Map<NodeId, string>();
  let isShown = false;
  let denied: string | null = null;
  let notOver: string | null = null;

  /** Until it says so, and that is what is wanted; null: nobody can wait for it. */
  const ask = async (node: NodeId, wanted: (told: string) => boolean): Promise<string | null> => {
    let told: string | null = null;
    const endMs = performance.now() + askMsMax;
    while (lifecycle.isReachable(node) && !access.hurry.aborted) {
      told = (await versions.told(node).catch(() => null)) ?? told;
      if ((told !== null && wanted(told)) || performance.now() > endMs) break;
      await new Promise((wake) => setTimeout(wake, pauseMs));
    }
    return told;
  };
  const anything = (): boolean => true;
  const look = async (told: (node: NodeId) => Promise<string | null>): Promise<void> => {
    const found = await Promise.all(
      [...before].map(async ([node, was]) => [was, await told(node)]),
    );
    const [same] = found.find(([was, is]) => was === is) ?? [];
    denied = same === undefined ? null : `it says that it is ${same || 'what it was'}, as before`;
    isShown ||= found.length > 0 && found.every(([was, is]) => is !== null && is !== was);
  };
  return {
    async begin() {
      await Promise.all(
        nodes.map(async (node) => {
          const told = await ask(node, anything);
          if (told !== null) before.set(node, told);
          await lifecycle.upgrade(node, upgrade);
        }),
      );
    },
    async end() {
      if (!isShown) await look((node) => ask(node, anything));
      if (!stays) {
        await Promise.all(nodes.map((node) => lifecycle.takeBack(node, upgrade)));
        for (const [node, was] of before) {
          // Another one may be in force.
          if (lifecycle.versionOf(node) !== null) continue;
          const is = await ask(node, (told) => told === was);
          if (is !== null && is !== was) notOver = `a node says that it is ${is}, wanted ${was}`;
          else if (is === null && lifecycle.isReachable(node) && !access.hurry.aborted)
            notOver = 'a node does not say any more what it is';
        }
      }
      release();
    },
    async isEffective() {
      if (!isShown) await look((node) => versions.told(node).catch(() => null));
      return isShown;
    },
    whyNot: () => denied ?? 'no node said what it is: it was down, or it was over too soon',
    notOver: () => notOver,
  };
}
