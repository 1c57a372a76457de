/** Makes the parts of one agent and introduces them to one another. */
import { nodesWithRole } from '../../harness/core/program.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import { referenceSettings, standardTiming } from '../config.ts';
import type { Policy } from '../config.ts';
import { Balancer } from './balancer.ts';
import type { AgentRules } from './rules.ts';
import { Caller } from './caller.ts';
import { Checks } from './checks.ts';
import { ConfigCopy } from './config-copy.ts';
import { Discovery } from './discovery.ts';
import { EvidenceBook } from './evidence-book.ts';
import type { Io } from './io.ts';
import { Operations } from './operations.ts';
import { Registrar } from './registrar.ts';
import { DemoService } from './service.ts';
import { StoreClient } from './store-client.ts';
import { Watches } from './watches.ts';

export interface Parts {
  readonly client: StoreClient;
  readonly registrar: Registrar;
  readonly discovery: Discovery;
  readonly config: ConfigCopy;
  readonly checks: Checks;
  readonly caller: Caller;
  readonly demo: DemoService;
  readonly watches: Watches;
  readonly operations: Operations;
}

interface PartsOptions {
  readonly config: NodeConfig;
  readonly rules: AgentRules;
  readonly policy: Policy;
  /** Numbers of the watches. */
  readonly watches: { readonly registry: number; readonly config: number; readonly first: number };
}

export function makeParts(io: Io, options: PartsOptions): Parts {
  const { rules, policy, watches: numbers } = options;
  const { id, shape, settings } = options.config;
  const spec = shape.nodes[id];
  const { balancer, isZonePreferred } = referenceSettings(settings);
  const timing = standardTiming;
  const book = new EvidenceBook(io, id);
  const servers = nodesWithRole(shape, 'server');
  // Until its mode is told; a client has none.
  const mode = rules.behaviour('target');
  const client = new StoreClient(io, servers, { timing, rules });
  const registrar = new Registrar(client, book, { self: id, zone: spec?.zone ?? '', policy });
  const discovery = new Discovery(io, client, book, {
    shape,
    policy,
    rules,
    zone: spec?.zone ?? null,
    mode: mode.discovery,
    watch: numbers.registry,
  });
  const config = new ConfigCopy(io, client, book, {
    policy,
    rules,
    watch: numbers.config,
    isSilent: spec?.role === 'server',
  });
  const checks = new Checks(io, book, policy);
  const caller = new Caller(
    io,
    { discovery, checks, book, balancer: new Balancer(rules) },
    {
      policy,
      rules,
      balancer,
      // A client stands in no zone.
      preferredZone: isZonePreferred ? (spec?.zone ?? null) : null,
      dependencies: spec?.calls ?? [],
      mode,
    },
  );
  const service = spec?.service ?? null;
  const demo = new DemoService(io, caller, { service, calls: spec?.calls ?? [], timing });
  const watches = new Watches(io, { rules, timing, servers, firstWatch: numbers.first });
  const operations = new Operations(
    io,
    { client, registrar, discovery, caller, demo, book, config, watches },
    { deadlineUs: settings.deadlineUs, timing },
  );
  return { client, registrar, discovery, config, checks, caller, demo, watches, operations };
}
