/** The mesh's control plane for Envoy and gRPC: aggregated discovery by xDS, API v3 (D8). */
import { nodesWithRole } from '../../harness/core/program.ts';
import { front } from '../mechanism.ts';
import { adsPortOf } from './config.ts';

export const ads = front({
  id: 'ads',
  requirements: ['D8'],
  what: 'tells Envoy and gRPC clients of registered services, by xDS in both forms',
  rules: {},
  // The package is loaded where it is asked for: a node that needs none of it starts without it.
  load: () =>
    Promise.resolve((node) => {
      const port = adsPortOf(node.config.settings);
      const { id, shape } = node.config;
      const server = nodesWithRole(shape, 'server').indexOf(id);
      if (port !== null && server >= 0) {
        void import('./server.ts').then(({ serveAds }) => serveAds(node, port + server));
      }
      return () => undefined;
    }),
});
