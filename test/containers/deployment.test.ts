import assert from 'node:assert/strict';
import type Dockerode from 'dockerode';
import type { Context } from 'mocha';
import type { ContainerDeployment } from '../../harness/containers/deployment.ts';
import type { Engine } from '../../harness/containers/engine.ts';
import { runLabel } from '../../harness/containers/labels.ts';
import { ports } from '../../harness/containers/link-plan.ts';
import { dialledLinks, linkName } from '../../harness/realtime/link-names.ts';
import { engineOrSkip } from './docker.ts';
import { EchoDeployment } from './echo-deployment.ts';

describe('a deployment of containers', () => {
  let engine: Engine;
  let echo: EchoDeployment;
  let deployment: ContainerDeployment;

  before(async function (this: Context) {
    this.timeout(120_000);
    engine = await engineOrSkip(this);
    echo = new EchoDeployment(engine);
    deployment = echo.deployment;
    await echo.start();
  });

  after(async function (this: Context) {
    this.timeout(60_000);
    await echo?.stop();
  });

  async function inspected(): Promise<Dockerode.ContainerInspectInfo[]> {
    const filters = { label: [`${runLabel}=${deployment.run}`] };
    const found = await engine.docker.listContainers({ all: true, filters });
    return Promise.all(found.map((c) => engine.docker.getContainer(c.Id).inspect()));
  }

  /** Runs a line of JavaScript in the container of a node; gives what it prints. */
  async function inside(node: number, script: string): Promise<string> {
    const name = `antlion-${deployment.run}-${echo.shape.nodes[node]?.name}`;
    const container = engine.docker.getContainer(name);
    const exec = await container.exec({ Cmd: ['node', '-e', script], AttachStdout: true });
    const stream = await exec.start({});
    let text = '';
    // Frames of Docker's stream begin with eight bytes of header; the rest is printable.
    for await (const chunk of stream) text += String(chunk);
    return text.replaceAll(/[^\x20-\x7e]/g, '');
  }

  it('has nothing to gain and nothing of the host', async () => {
    const all = await inspected();
    assert.equal(all.length, echo.shape.nodes.length + 1);
    for (const { Name, Config, HostConfig, Mounts } of all) {
      assert.deepEqual(HostConfig.CapDrop, ['ALL'], Name);
      assert.deepEqual(HostConfig.CapAdd ?? [], [], Name);
      assert.equal(HostConfig.Privileged, false, Name);
      assert.deepEqual(HostConfig.SecurityOpt, ['no-new-privileges'], Name);
      assert.equal(HostConfig.ReadonlyRootfs, true, Name);
      assert.equal(Config.User, '10001:10001', Name);
      assert.ok((HostConfig.Memory ?? 0) > 0 && HostConfig.Memory === HostConfig.MemorySwap, Name);
      assert.ok((HostConfig.PidsLimit ?? 0) > 0 && (HostConfig.NanoCpus ?? 0) > 0, Name);
      assert.deepEqual(HostConfig.Binds ?? [], [], Name);
      for (const mount of Mounts) {
        assert.equal(`${mount.Type} ${mount.Destination}`, 'volume /data', Name);
      }
    }
  });

  it('publishes ports on 127.0.0.1 only, and of the proxy only', async () => {
    for (const { Name, NetworkSettings } of await inspected()) {
      const published = Object.values(NetworkSettings.Ports).flatMap((p) => p ?? []);
      assert.ok(
        published.every((p) => p.HostIp === '127.0.0.1'),
        Name,
      );
      assert.equal(published.length > 0, Name.endsWith('-toxiproxy'), Name);
    }
  });

  it('keeps one node from another but through its link', async () => {
    const other = (await inspected()).find((c) => c.Name.endsWith(echo.shape.nodes[1]?.name ?? ''));
    const networks = Object.values(other?.NetworkSettings.Networks ?? {});
    assert.equal(networks.length, 1);
    const script = `require('net').connect({ host: '${networks[0]?.IPAddress}', port: ${ports.nodeListen}, timeout: 2000 })
      .on('connect', () => { console.log('reached'); process.exit(); })
      .on('timeout', () => { console.log('kept away'); process.exit(); })
      .on('error', () => console.log('kept away'))`;
    assert.equal(await inside(0, script), 'kept away');
    // The same script reaches the node itself: it can tell.
    assert.equal(await inside(1, script), 'reached');
  });

  it('keeps nodes from what controls their links', async () => {
    const proxy = (await inspected()).find((c) => c.Name.endsWith('-toxiproxy'));
    const addresses = Object.values(proxy?.NetworkSettings.Networks ?? {}).map((n) => n.IPAddress);
    assert.equal(addresses.length, echo.shape.nodes.length + 1);
    const script = (port: number): string => `
      const { connect } = require('net');
      let open = ${JSON.stringify(addresses)}.length;
      const tell = (what) => { if (what) console.log(what); if (--open === 0) process.exit(); };
      for (const host of ${JSON.stringify(addresses)}) {
        const socket = connect({ host, port: ${port}, timeout: 1000 });
        let done = (what) => { done = () => {}; socket.destroy(); tell(what); };
        socket.on('connect', () => done('reached')).on('timeout', () => done('')).on('error', () => done(''));
      }`;
    assert.equal(await inside(0, script(ports.toxiproxyApi)), '');
    // The same script reaches a link of the node, on its own network alone: it can tell.
    assert.equal(await inside(0, script(ports.firstLink)), 'reached');
  });

  it('has one monotonic clock with this machine', async () => {
    const before = process.hrtime.bigint();
    const there = BigInt(await inside(0, 'console.log(String(process.hrtime.bigint()))'));
    assert.ok(before < there && there < process.hrtime.bigint());
    assert.ok(echo.events.every((e) => e.timeUs > 0 && e.timeUs < deployment.trueUs()));
  });

  it('kills a paused node, and starts it again from its disk', async () => {
    await deployment.pause(2);
    await deployment.crash(2);
    const isBack = echo.startOf(2);
    await deployment.restart(2);
    await isBack;
  });

  it('tells at once of a node that others killed while it stood still, and resumes it unharmed', async () => {
    const exit = new Promise<void>((resolve) => {
      echo.onExit = resolve;
    });
    await deployment.pause(1);
    const name = `antlion-${deployment.run}-${echo.shape.nodes[1]?.name}`;
    await engine.docker.getContainer(name).kill({ signal: 'SIGKILL' });
    await exit;
    assert.match(echo.exits.join(), /^node 1: exit code 137; last line: /);
    // Not paused, not even running: nothing is to be done, and nothing fails.
    await deployment.resume(1);
    await deployment.pause(1);
    await deployment.restart(1);
    await deployment.resume(1);
  });

  it('tells of an end that came before the kill that was asked for', async () => {
    echo.exits.length = 0;
    const name = `antlion-${deployment.run}-${echo.shape.nodes[0]?.name}`;
    const container = engine.docker.getContainer(name);
    await container.kill({ signal: 'SIGTERM' });
    await container.wait();
    await deployment.crash(0);
    assert.match(echo.exits.join(), /^node 0: exit code 0; last line: /);
    await deployment.restart(0);
  });

  it('stops a node that has ended already, and one that had to be asked', async () => {
    await deployment.crash(0);
    await deployment.shutDown(0);
    await deployment.restart(0);
    await deployment.shutDown(0);
    await deployment.restart(0);
  });

  it('carries every message through its link, by the byte counters', async () => {
    // A real Toxiproxy counts the bytes of a connection when it ends.
    await Promise.all(echo.shape.nodes.map((_, id) => deployment.crash(id)));
    const counters = await deployment.links?.counters();
    const silent = dialledLinks(echo.shape)
      .filter(([from]) => from < echo.shape.nodes.length)
      .map(([from, to]) => linkName(echo.shape, from, to))
      .filter((name) => (counters?.get(name)?.upstream.receivedBytes ?? 0) === 0);
    assert.deepEqual(silent, []);
  });
});
