/** A service in front of another, and clients, all with their proxies. */
import { cluster, requestOperations } from '../../../harness/spec.ts';
import type { Operation, Prng, Shape } from '../../../harness/spec.ts';

export interface MeshShape {
  readonly servers: number;
  readonly backs: number;
  readonly clients: number;
}

export function meshShape({ servers, backs, clients }: MeshShape): Shape {
  const services = [
    { name: 'front', instances: 2, calls: ['back'] },
    { name: 'back', instances: backs },
  ];
  return cluster({ servers, services, clients });
}

/** By then every proxy knows where its calls go, µs. */
const knownUs = 2_500_000;

/** Calls of both services by each client. */
export function callsFor(draw: Prng, clients: number, forUs: number): Operation[][] {
  const pauseUs = 250_000;
  const count = Math.floor(forUs / pauseUs);
  const all = requestOperations(draw, { clients, count, pauseUs, services: ['front', 'back'] });
  return all.map(([first, ...rest]) =>
    first === undefined ? [] : [{ ...first, afterUs: first.afterUs + knownUs }, ...rest],
  );
}
