/**
 * The one list: what the reference cluster consists of. Everything else is read from it.
 *
 * The order of lanes is their number on every node; an agent's parts are made, started and ticked in
 * this order, and a part may use those before it.
 */
import { adaptiveLimit } from './adaptive-limit/index.ts';
import { adoption } from './adoption/index.ts';
import { admission } from './admission/index.ts';
import { ads } from './ads/index.ts';
import { agent } from './agent/index.ts';
import { answerCache } from './answer-cache/index.ts';
import { audit } from './audit/index.ts';
import { backpressure } from './backpressure/index.ts';
import { balancer } from './balancer/index.ts';
import { barriers } from './barriers/index.ts';
import { breaker } from './breaker/index.ts';
import { bulkhead } from './bulkhead/index.ts';
import { chord } from './chord/index.ts';
import { configCopy } from './config-copy/index.ts';
import { configPaths } from './config-paths/index.ts';
import { consulHttp } from './consul-api/index.ts';
import { consensus } from './consensus/index.ts';
import { demoService } from './demo-service/index.ts';
import { discovery } from './discovery/index.ts';
import { controllers } from './controllers/index.ts';
import { dns } from './dns/index.ts';
import { dnsServer } from './dns-server/index.ts';
import { eureka } from './eureka/index.ts';
import { eurekaApi } from './eureka-api/index.ts';
import { edgeCache } from './edge-cache/index.ts';
import { evidence } from './evidence/index.ts';
import { evidenceExchange } from './evidence-exchange/index.ts';
import { federation } from './federation/index.ts';
import { flags } from './flags/index.ts';
import { flowControl } from './flow-control/index.ts';
import { forwardingRing } from './forwarding-ring/index.ts';
import { hashing } from './hashing/index.ts';
import { healthChecks } from './health-checks/index.ts';
import { hedging } from './hedging/index.ts';
import { heartbeats } from './heartbeats/index.ts';
import { http } from './http/index.ts';
import { intentions } from './intentions/index.ts';
import { intents } from './intents/index.ts';
import { keyLeases } from './key-leases/index.ts';
import { lameDuck } from './lame-duck/index.ts';
import { layers } from './layers/index.ts';
import { localProxy } from './local-proxy/index.ts';
import { locks } from './locks/index.ts';
import type { Mechanism } from './mechanism.ts';
import { metrics } from './metrics/index.ts';
import { membership } from './membership/index.ts';
import { mode } from './mode/index.ts';
import { outliers } from './outliers/index.ts';
import { pacing } from './pacing/index.ts';
import { probes } from './probes/index.ts';
import { regionConfig } from './region-config/index.ts';
import { registration } from './registration/index.ts';
import { registry } from './registry/index.ts';
import { revisions } from './revisions/index.ts';
import { servers } from './servers/index.ts';
import { retries } from './retries/index.ts';
import { rollout } from './rollout/index.ts';
import { routingLayers } from './routing-layers/index.ts';
import { scheduling } from './scheduling/index.ts';
import { serviceClient } from './service-client/index.ts';
import { sessions } from './sessions/index.ts';
import { sharedLimit } from './shared-limit/index.ts';
import { keys } from './store/index.ts';
import { storeClient } from './store-client/index.ts';
import { subscriptions } from './subscriptions/index.ts';
import { watching } from './watching/index.ts';
import { wanPool } from './wan-pool/index.ts';
import { warmUp } from './warm-up/index.ts';
import { xds } from './xds/index.ts';

export const mechanisms: readonly Mechanism[] = [
  // Lanes.
  membership,
  consensus,
  agent,
  mode,
  sharedLimit,
  eureka,
  chord,
  heartbeats,
  regionConfig,
  federation,
  localProxy,
  forwardingRing,
  evidenceExchange,
  flowControl,
  adoption,
  wanPool,
  // Tables, in the lane of consensus.
  keys,
  revisions,
  keyLeases,
  registry,
  locks,
  barriers,
  servers,
  // Parts, in the lane of the agent.
  evidence,
  pacing,
  storeClient,
  subscriptions,
  registration,
  probes,
  discovery,
  configCopy,
  configPaths,
  layers,
  flags,
  intentions,
  rollout,
  audit,
  edgeCache,
  balancer,
  breaker,
  backpressure,
  hashing,
  xds,
  routingLayers,
  outliers,
  intents,
  warmUp,
  sessions,
  hedging,
  serviceClient,
  adaptiveLimit,
  bulkhead,
  retries,
  answerCache,
  healthChecks,
  admission,
  lameDuck,
  demoService,
  watching,
  dns,
  scheduling,
  controllers,
  // Fronts.
  metrics,
  http,
  dnsServer,
  consulHttp,
  eurekaApi,
  ads,
];
