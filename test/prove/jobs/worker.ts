/** A worker of pg-boss, as its documentation has one: says which job it begins, and that it is done. `node worker.js URL` */
import PgBoss from 'pg-boss';
import { bossOptions, queue, workMs } from './boss.ts';

const boss = new PgBoss({ connectionString: process.argv[2] ?? '', ...bossOptions });
boss.on('error', () => undefined);
await boss.start();
await boss.work<{ name: string }>(queue, { pollingIntervalSeconds: 0.5 }, async ([job]) => {
  console.log(`begins ${job?.data.name}`);
  await new Promise((wake) => setTimeout(wake, workMs));
  console.log(`ends ${job?.data.name}`);
});
