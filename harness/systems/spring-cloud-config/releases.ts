/** Which server it is, and how releases of it are made. */
import { type SpringServer, springReleases, springServer } from '../spring.ts';

const server: SpringServer = {
  title: 'Config server',
  artifact: 'spring-cloud-config-server',
  annotation: 'config.server.EnableConfigServer',
  program: 'config-server',
};

export const releases = springReleases(server);
export const configServer = springServer('spring-cloud-config', server);
