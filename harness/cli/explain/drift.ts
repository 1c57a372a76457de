/** "Config drift? Check propagation evidence (gossip lag? partition?)" */
import { formatDuration } from '../../core/duration.ts';
import { namesOf, troublesOf } from './scene.ts';
import type { Scene, SceneNode, SceneValue, Step } from './scene.ts';

interface Behind {
  readonly node: SceneNode;
  readonly key: string;
  readonly own: SceneValue | undefined;
  readonly newest: SceneValue;
}

/** `only`: this key; null: all of the configuration. */
export function drift(scene: Scene, only: string | null): Step[] {
  const newest = newestOf(scene, only);
  const copies = scene.nodes.filter((n) => n.isUp && n.config !== null);
  const looked = 'copies';
  if (newest.size === 0 || copies.length < 2) {
    const found = 'fewer than two nodes say what configuration they have';
    return [
      { looked, found, kind: 'unknown', next: 'Write a key below config/, or name more nodes.' },
    ];
  }
  const behind = copies.flatMap((node) =>
    [...newest].flatMap(([key, value]): Behind[] => {
      const own = node.config?.get(key);
      const isSame = own?.value === value.value && own.revision >= value.revision;
      return isSame ? [] : [{ node, key, own, newest: value }];
    }),
  );
  if (behind.length === 0) {
    const found = `${namesOf(copies)} have the same ${newest.size} values`;
    return [{ looked, found, kind: 'clear', next: null }];
  }
  const found = behind.slice(0, 4).map(describe).join('; ');
  const head: Step = { looked, found, kind: 'symptom', next: 'See why, below.' };
  const nodes = [...new Set(behind.map((b) => b.node))];
  return [head, ...nodes.map((n) => lag(scene, n)), partition(scene, nodes)];
}

function newestOf({ nodes }: Scene, only: string | null): ReadonlyMap<string, SceneValue> {
  const newest = new Map<string, SceneValue>();
  for (const { config } of nodes) {
    for (const [key, value] of config ?? []) {
      if (only !== null && key !== only) continue;
      if (value.revision > (newest.get(key)?.revision ?? -1)) newest.set(key, value);
    }
  }
  return newest;
}

function describe({ node, key, own, newest }: Behind): string {
  const has =
    own === undefined ? 'nothing' : `${own.value ?? 'nothing'} of revision ${own.revision}`;
  return `${node.name} has ${has} at ${key}, the newest is ${newest.value ?? 'nothing'} of revision ${newest.revision}`;
}

/** News that are late, or news that came and were not taken? */
function lag({ policy }: Scene, { name, configAgeUs }: SceneNode): Step {
  const looked = `propagation to ${name}`;
  if (configAgeUs === null) {
    const found = 'it never said when its copy was confirmed';
    return { looked, found, kind: 'unknown', next: `Ask it: GET /evidence of ${name}.` };
  }
  const age = formatDuration(configAgeUs);
  if (configAgeUs > policy.propagationUs) {
    const found = `its copy was last confirmed ${age} ago, more than ${formatDuration(policy.propagationUs)}`;
    return {
      looked,
      found,
      kind: 'cause',
      next: 'It lags: look for what keeps it from the store.',
    };
  }
  const found = `its copy was confirmed ${age} ago: news reach it, and it does not go by them`;
  const next = 'Look at what it does with a change: reload, cache, override.';
  return { looked, found, kind: 'cause', next };
}

function partition(scene: Scene, nodes: readonly SceneNode[]): Step {
  const looked = 'partition';
  const troubles = troublesOf(
    scene,
    nodes.map((n) => n.name),
  );
  if (troubles.length === 0) {
    const found = `nothing is known to stand between the store and ${namesOf(nodes)}`;
    return { looked, found, kind: 'clear', next: null };
  }
  const found = troubles.map((t) => t.text).join('; ');
  return {
    looked,
    found,
    kind: 'cause',
    next: 'It goes with that; see whether it is over afterwards.',
  };
}
