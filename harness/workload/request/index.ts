/** Calls of services. */
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { drawOperations, type ListSpec } from '../draw.ts';
import { anyJson, type OperationKind, show } from '../kind.ts';

const call: OperationKind = {
  f: 'request',
  line: 'call a service through discovery, circuit breaker and balancer',
  input: anyJson,
  output: anyJson,
};

/** The instances that the registry lists. */
const lookup: OperationKind = {
  f: 'lookup',
  line: 'ask the agent of a client which instances it knows',
  input: anyJson,
  output: anyJson,
  describeOutput: (instances) => ` ${show(instances)}`,
};

export const request: readonly OperationKind<unknown, unknown>[] = [call, lookup];

export interface RequestSpec extends ListSpec {
  readonly services: readonly string[];
}

/** Calls of services, each through the client's cache, breaker and balancer. */
export function requestOperations(draw: Prng, spec: RequestSpec): Operation[][] {
  return drawOperations(draw, spec, (d) => ({
    f: 'request',
    key: d.pick(spec.services),
    value: null,
  }));
}
