/** Applications and instances as Eureka's clients read them. */
import type { Json } from '../../harness/core/host.ts';
import type { Described } from '../eureka/messages.ts';

/**
 * `of` by application; `all` are what the hash is of, by which a client finds that it missed a change. `actions` by
 * `APP/id`, where these are changes.
 */
export function applications(
  of: readonly Described[],
  all: readonly Described[],
  actions: ReadonlyMap<string, string> = new Map(),
): object {
  const byApp = new Map<string, object[]>();
  for (const d of of) {
    const instances = byApp.get(d.app) ?? [];
    instances.push(instanceOf(d, actions.get(`${d.app}/${d.id}`)));
    byApp.set(d.app, instances);
  }
  return {
    applications: {
      versions__delta: '1',
      apps__hashcode: hashOf(all),
      application: [...byApp].map(([name, instance]) => ({ name, instance })),
    },
  };
}

export function instanceOf({ id, app, info, leaseUs }: Described, actionType = 'ADDED'): object {
  const said = info as Readonly<Record<string, Json>>;
  const leaseInfo = {
    renewalIntervalInSecs: 30,
    ...(said['leaseInfo'] as object | undefined),
    durationInSecs: leaseUs / 1_000_000,
  };
  // An instance of the cluster says no more of itself than its zone.
  const usual = {
    status: 'UP',
    hostName: id,
    ipAddr: id,
    port: { $: 0, '@enabled': 'false' },
    vipAddress: app.toLowerCase(),
  };
  return { ...usual, ...said, app, instanceId: id, leaseInfo, actionType };
}

/** `DOWN_1_UP_12_`. */
function hashOf(all: readonly Described[]): string {
  const counts = new Map<string, number>();
  for (const { info } of all) {
    const { status = 'UP' } = info as { readonly status?: string };
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, n]) => `${status}_${n}_`)
    .join('');
}
