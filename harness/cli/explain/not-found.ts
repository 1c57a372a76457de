/** "Service not discoverable? Check registration evidence (expired TTL? failed health check?)" */
import { formatDuration } from '../../core/duration.ts';
import { instancesOf, namesOf, troublesOf } from './scene.ts';
import type { Scene, Step } from './scene.ts';

export function notFound(scene: Scene, service: string): Step[] {
  const instances = instancesOf(scene, service);
  if (instances.length === 0) {
    const found = `no node is an instance of ${service}`;
    return [{ looked: 'instances', found, kind: 'unknown', next: 'Name a service that is there.' }];
  }
  return [
    processes(scene, service),
    registration(scene, service),
    paths(scene, service),
    checks(scene, service),
    lists(scene, service),
  ];
}

function processes(scene: Scene, service: string): Step {
  const looked = 'processes';
  const instances = instancesOf(scene, service);
  const down = instances.filter((n) => !n.isUp);
  if (down.length === 0) {
    return { looked, found: `${namesOf(instances)} run`, kind: 'clear', next: null };
  }
  const next = 'Start it, and read why it ended.';
  return { looked, found: `down: ${namesOf(down)}`, kind: 'cause', next };
}

/** An expired TTL? */
function registration({ leases, ...scene }: Scene, service: string): Step {
  const looked = 'registration';
  if (leases === null) {
    const found = 'the registry could not be asked';
    return { looked, found, kind: 'unknown', next: 'See whether a leader is heard: GET /health.' };
  }
  const told = instancesOf({ leases, ...scene }, service).map(({ name }) => {
    const lease = leases.find((l) => l.service === service && l.instance === name);
    if (lease === undefined) return { name, text: `${name} is not registered`, isHeld: false };
    const since = lease.since === null ? '' : ` since ${lease.since}`;
    const text = `${name}'s lease is ${lease.state}${since}`;
    return { name, text, isHeld: lease.state === 'held' };
  });
  const gone = told.filter((t) => !t.isHeld);
  const found = (gone.length > 0 ? gone : told).map((t) => t.text).join('; ');
  if (gone.length === 0) return { looked, found, kind: 'clear', next: null };
  const next =
    'An expired lease was not renewed in time: look at the process, and at the way to the registry.';
  return { looked, found, kind: 'cause', next };
}

/** Can instances and the registry be reached? */
function paths(scene: Scene, service: string): Step {
  const looked = 'paths';
  const servers = scene.nodes.filter((n) => n.role === 'server');
  const about = [...instancesOf(scene, service), ...servers].map((n) => n.name);
  const troubles = troublesOf(scene, about);
  if (troubles.length === 0) {
    const found = 'nothing is known to stand between instances and the registry';
    return { looked, found, kind: 'clear', next: null };
  }
  const found = troubles.map((t) => t.text).join('; ');
  return { looked, found, kind: 'cause', next: 'Mend that first: leases come back by themselves.' };
}

/** A failed health check? */
function checks(scene: Scene, service: string): Step {
  const looked = 'health checks';
  const names = instancesOf(scene, service).map((n) => n.name);
  const failing = scene.nodes.flatMap((n) =>
    n.critical
      .filter((name) => names.includes(name))
      .map((name) => `${n.name}'s checks of ${name} fail`),
  );
  if (failing.length === 0) {
    return { looked, found: 'nobody says that a check fails', kind: 'clear', next: null };
  }
  const next = 'Ask the instance itself, from the node whose check fails.';
  return { looked, found: failing.join('; '), kind: 'cause', next };
}

/** Is it on the lists that calls go by? */
function lists({ nodes, leases }: Scene, service: string): Step {
  const looked = 'lists of callers';
  const held = (leases ?? []).flatMap((l) =>
    l.service === service && l.state === 'held' ? [l.instance] : [],
  );
  const told = nodes.filter((n) => n.isUp && n.lists !== null && n.lists.has(service));
  if (told.length === 0) {
    const found = `no node says where its calls of ${service} would go`;
    return { looked, found, kind: 'unknown', next: 'Ask a caller: GET /decisions.' };
  }
  const missing = told.flatMap((n) => {
    const gone = held.filter((name) => n.lists?.get(service)?.includes(name) !== true);
    const age = n.listAgeUs === null ? '' : `, not confirmed for ${formatDuration(n.listAgeUs)}`;
    const source = n.listSource === null ? '' : ` (from ${n.listSource}${age})`;
    return gone.length === 0 ? [] : [`${n.name} does not list ${gone.join(', ')}${source}`];
  });
  if (missing.length === 0) {
    const found = `${namesOf(told)} list all that is registered`;
    return { looked, found, kind: 'clear', next: null };
  }
  const next =
    'Its list is behind the registry: look for what keeps news from it (watch, partition).';
  return { looked, found: missing.join('; '), kind: 'cause', next };
}
