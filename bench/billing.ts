import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { roleWith, startCloud } from '../test/local/dynamodb/cloud.ts';
import type { BillingCosts, BillingOrder } from './billing-run.ts';
import { seedJournal } from './billing-seed.ts';

/** One line of the result. */
export interface BillingTiming extends BillingCosts {
  readonly events: number;
  readonly tenants: number;
  readonly seedMs: number;
}

/** The memory of the function that closes; V8 gets nine tenths of it, as on Lambda. */
const memoryMiB = 512;

/**
 * So many events of so many tenants, all in the last hour of a month, through the close of that hour and one invoice each, drafted and
 * finalized. The tables are those of the local DynamoDB, over HTTP and on disk; filling the journal is not part of what is measured. What
 * closes and bills is a process of its own, whose memory is looked at.
 */
export async function benchBilling(events: number, tenants: number): Promise<BillingTiming> {
  const cloud = await startCloud();
  try {
    for (const name of ['usage', 'rollups', 'billing']) await cloud.declare(name);
    const client = cloud.client(undefined, { maxAttempts: 3 });
    const begun = performance.now();
    let shown = begun;
    const items = await seedJournal(client, 'usage', {
      events,
      tenants,
      progress: (done) => {
        if (performance.now() - shown < 5000) return;
        shown = performance.now();
        console.error(`events in the journal: ${done} of ${events}`);
      },
    });
    const seedMs = performance.now() - begun;
    const access = cloud.access(roleWith({ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }));
    const costs = await measured({ access, tenants });
    if (costs.items !== items) throw new Error(`${costs.items} of ${items} items are on invoices`);
    return { events, tenants, seedMs, ...costs };
  } finally {
    await cloud.stop();
    await cloud.remove();
  }
}

const measured = (order: BillingOrder): Promise<BillingCosts> =>
  new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('billing-run.ts', import.meta.url));
    const child = fork(script, [JSON.stringify(order)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [`--max-old-space-size=${Math.floor(memoryMiB * 0.9)}`],
    });
    child.on('message', (message) => resolve(message as BillingCosts));
    child.on('exit', (code) => reject(new Error(`what closes and bills ended with ${code}`)));
  });
