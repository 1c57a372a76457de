/** How an ensemble of our own is started: on loopback only, its servers dialling each other by links. */
import type { LaunchPlan } from '../../core/launch-plan.ts';

/** Debian's, which brings along what it needs. */
export const usualClasspath = '/usr/share/java/zookeeper.jar';

const config = `tickTime=500
initLimit=10
syncLimit=4
dataDir={{data}}
admin.enableServer=false
standaloneEnabled=false
reconfigEnabled=false
maxClientCnxns=0
4lw.commands.whitelist=srvr
{{members}}
`;

/** Sessions may last from 1 to 10 s, and a leader that is silent for 2 s is given up. */
export function launchZookeeper(classpath: string): LaunchPlan {
  return {
    command: [
      'java',
      ...['-Xms32m', '-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'],
      '-Djava.net.preferIPv4Stack=true',
      // By which a Java machine dials, peers on loopback as well: empty is not the same as not set.
      ...['-DsocksProxyHost={{proxyHost}}', '-DsocksProxyPort={{proxyPort}}'],
      '-DsocksNonProxyHosts=',
      ...['-cp', classpath],
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      '{{data}}/zoo.cfg',
    ],
    files: { 'zoo.cfg': config, myid: '{{number}}' },
    install: 'apt-get install zookeeper',
    members: 3,
    url: 'zk://{{host}}:{{port}}',
    peers: {
      each: 'server.{{number}}={{host}}:{{peerPort}}:{{peerPort2}};{{host}}:{{port}}',
      separator: '\n',
      via: 'socks-proxy',
    },
    ready: { tcp: true },
  };
}
