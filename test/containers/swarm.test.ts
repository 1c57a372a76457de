import assert from 'node:assert/strict';
import type Dockerode from 'dockerode';
import type { Context } from 'mocha';
import type { Engine } from '../../harness/containers/engine.ts';
import { runLabel } from '../../harness/containers/labels.ts';
import { openSwarm, placement, zoneLabel } from '../../harness/containers/swarm.ts';
import type { Shape } from '../../harness/core/program.ts';
import { skipUnless } from '../require.ts';
import { engineOrSkip } from './docker.ts';
import { EchoDeployment } from './echo-deployment.ts';

/** Out of a swarm that was there before. */
const stay = (): Promise<void> => Promise.resolve();

/** One node in each of these zones. */
const zones = (...names: string[]): Shape => ({
  nodes: names.map((zone, i) => ({ name: `server-${i}`, role: 'server', zone })),
  clients: 0,
});

describe('zones of a run in a swarm', () => {
  const member = (ID: string, zone?: string) => ({
    ID,
    Spec: { Labels: zone === undefined ? {} : { [zoneLabel]: zone } },
  });

  it('lie where their label is', () => {
    const swarm = placement([member('m1', 'a'), member('m2', 'b')], 'm1', zones('a', 'a'));
    assert.deepEqual(swarm.constraints('a'), ['node.id==m1', 'node.labels.antlion.zone==a']);
  });

  it('lie all on the member that is asked where nobody has a label', () => {
    const swarm = placement([member('m1'), member('m2')], 'm2', zones('a', 'b'));
    assert.deepEqual(swarm.constraints('b'), ['node.id==m2']);
  });

  it('are refused where they lie on another engine, or nowhere', () => {
    const refused = { code: 'E_CONFIG', message: /server-1 is in zone b, .*antlion\.zone=b/ };
    const members = [member('m1', 'a'), member('m2', 'b')];
    assert.throws(() => placement(members, 'm1', zones('a', 'b')), refused);
    assert.throws(() => placement([member('m1', 'a')], 'm1', zones('a', 'b')), refused);
  });
});

describe('services of a swarm', function () {
  this.timeout(300_000);
  let engine: Engine;
  let echo: EchoDeployment | undefined;
  /** Puts the engine back to what it was. */
  let leave = stay;

  before(async function (this: Context) {
    engine = await engineOrSkip(this);
    const joined = await join(engine);
    skipUnless(this, 'swarm', typeof joined === 'string' ? joined : null);
    if (typeof joined !== 'string') leave = joined;
    echo = new EchoDeployment(engine, 'services');
    await echo.start();
  });

  after(async () => {
    await echo?.stop();
    await leave();
  });

  const ours = async (): Promise<Dockerode.Service[]> => {
    const label = [`${runLabel}=${echo?.deployment.run}`];
    return engine.docker.listServices({ filters: { label } });
  };

  it('are one a node, each alone with the proxy on an overlay network, and never restarted unasked', async () => {
    const services = await ours();
    assert.equal(services.length, 3);
    for (const { Spec } of services) {
      assert.equal(Spec?.TaskTemplate?.RestartPolicy?.Condition, 'none');
      assert.match(Spec?.TaskTemplate?.Placement?.Constraints?.join() ?? '', /^node\.id==\w+$/);
    }
    const networks = await engine.docker.listNetworks({
      filters: { label: [`${runLabel}=${echo?.deployment.run}`], driver: ['overlay'] },
    });
    assert.equal(networks.length, 3);
    assert.ok(networks.every((n) => n.Internal && n.Scope === 'swarm'));
  });

  it('have nothing to gain, and nothing of the host', async () => {
    const filters = { label: [`${runLabel}=${echo?.deployment.run}`] };
    const found = await engine.docker.listContainers({ all: true, filters });
    assert.equal(found.length, 4);
    for (const { Id } of found) {
      const { Name, HostConfig, Mounts } = await engine.docker.getContainer(Id).inspect();
      assert.deepEqual(HostConfig.CapDrop, ['ALL'], Name);
      assert.equal(HostConfig.ReadonlyRootfs, true, Name);
      assert.ok((HostConfig.Memory ?? 0) > 0 && (HostConfig.PidsLimit ?? 0) > 0, Name);
      assert.ok((HostConfig.NanoCpus ?? 0) > 0, Name);
      for (const mount of Mounts)
        assert.equal(`${mount.Type} ${mount.Destination}`, 'volume /data');
    }
  });

  it('start again from their volume after a kill and after a stop, and can be paused', async () => {
    assert.ok(echo !== undefined);
    const { deployment } = echo;
    for (const end of ['crash', 'shutDown'] as const) {
      await deployment[end](1);
      assert.equal(await deployment.standing(1), 'down');
      const isBack = echo.startOf(1);
      await deployment.restart(1);
      await isBack;
      assert.equal(await deployment.standing(1), 'runs');
    }
    await deployment.pause(1);
    assert.equal(await deployment.standing(1), 'stands still');
    await deployment.resume(1);
    assert.deepEqual(echo.exits, []);
  });

  it('tell of a task that others killed', async () => {
    assert.ok(echo !== undefined);
    const exit = new Promise<void>((resolve) => {
      if (echo !== undefined) echo.onExit = resolve;
    });
    const filters = { label: [`${runLabel}=${echo.deployment.run}`], name: ['echo-2'] };
    const [task] = await engine.docker.listContainers({ filters });
    await engine.docker.getContainer(task?.Id ?? '').kill({ signal: 'SIGKILL' });
    await exit;
    assert.match(echo.exits.join(), /^node 2: exit code 137; last line: /);
  });
});

/** In a swarm: the way out of it, which is none where there was one before; else why there is none. */
async function join(engine: Engine): Promise<(() => Promise<void>) | string> {
  const { docker } = engine;
  const { Swarm: before } = (await docker.info()) as { Swarm: { LocalNodeState: string } };
  if (before.LocalNodeState === 'active') return stay;
  await assert.rejects(openSwarm(engine, zones('a')), {
    code: 'E_NO_DOCKER',
    message: /manages no swarm.*docker swarm init/,
  });
  const bridges = await gateways(docker);
  try {
    await docker.swarmInit({ ListenAddr: '127.0.0.1:0', AdvertiseAddr: '127.0.0.1' });
  } catch (e) {
    return String(e);
  }
  return async () => {
    await docker.swarmLeave({ force: true });
    // It makes a bridge of this name, and leaves it behind.
    for (const id of await gateways(docker)) {
      if (!bridges.includes(id)) await docker.getNetwork(id).remove();
    }
  };
}

async function gateways(docker: Dockerode): Promise<readonly string[]> {
  const found = await docker.listNetworks({ filters: { name: ['docker_gwbridge'] } });
  return found.map((n) => n.Id);
}
