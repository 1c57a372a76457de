/** Which server it is, and how releases of it are made. */
import { type SpringServer, springReleases, springServer } from '../spring.ts';

const server: SpringServer = {
  title: 'Eureka',
  artifact: 'spring-cloud-starter-netflix-eureka-server',
  annotation: 'netflix.eureka.server.EnableEurekaServer',
  program: 'eureka-server',
};

export const releases = springReleases(server);
export const eurekaServer = springServer('eureka', server);
