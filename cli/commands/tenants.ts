import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { ControlClient } from '../control-client.ts';
import { exportTenant } from '../export-tenant.ts';
import type { Row } from '../format-table.ts';
import { pathSegment } from '../path-segment.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';

interface Tenant {
  readonly tenant: string;
  readonly name: string;
  readonly plan: string;
  readonly status: string;
  readonly models?: readonly string[];
  readonly shards?: readonly { readonly from: string; readonly count: number }[];
  readonly purgeAfter?: string;
  readonly createdAt: string;
}
interface CreatedTenant extends Tenant {
  readonly apiKey: string;
  readonly keyId: string;
}

const path = (tenant: string): string => `/tenants/${pathSegment('tenant', tenant)}`;
const row = ({ tenant, name, plan, status, models, createdAt, purgeAfter }: Tenant): Row => ({
  tenant,
  name,
  plan,
  status,
  models: models?.join(' ') ?? 'all',
  created: createdAt,
  'purge after': purgeAfter,
});

/** `maas tenants create|list|show|suspend|resume|plan|models|shards|export|offboard|purge` */
export function tenantsCommand(): Command {
  const tenants = new Command('tenants').description(
    'create, list, show, suspend, resume and offboard tenants; change their plans and models',
  );

  tenants
    .command('create <name>')
    .description('create a tenant and its first API key, which is shown this once')
    .requiredOption('--plan <plan>', 'usage plan: free, pro or enterprise')
    .action(async (name: string, { plan }: { plan: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const created = await client.call<CreatedTenant>('POST', '/tenants', { body: { name, plan } });
      const { tenant, apiKey, keyId } = created;
      print(
        command,
        { tenant, plan: created.plan, apiKey, keyId },
        () =>
          `tenant   ${tenant}\nplan     ${created.plan}\nkey id   ${keyId}\nAPI key  ${apiKey}\n\nStore the API key now: it cannot be shown again.`,
      );
    });

  tenants
    .command('list')
    .description('list all tenants')
    .action(async (_: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<{ tenants: Tenant[] }>('GET', '/tenants');
      print(command, answer, () => answer.tenants.map(row));
    });

  tenants
    .command('show <tenant>')
    .description('show one tenant')
    .action(async (tenant: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Tenant>('GET', path(tenant));
      print(command, answer, () => [row(answer)]);
    });

  tenants
    .command('suspend <tenant>')
    .description("refuse all of a tenant's requests from now on")
    .action(async (tenant: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Tenant>('POST', `${path(tenant)}/suspend`);
      print(command, answer, () => [row(answer)]);
    });

  tenants
    .command('resume <tenant>')
    .description('let the requests pass again of a tenant that is suspended or leaving')
    .action(async (tenant: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Tenant>('POST', `${path(tenant)}/resume`);
      print(command, answer, () => [row(answer)]);
    });

  tenants
    .command('plan <tenant> <plan>')
    .description('put a tenant under another usage plan; what it used of its monthly quota counts there too')
    .action(async (tenant: string, plan: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Tenant>('PUT', `${path(tenant)}/plan`, { body: { plan } });
      print(command, answer, () => [row(answer)]);
    });

  tenants
    .command('models <tenant> [model...]')
    .description('name the only models that exist for a tenant')
    .option('--all', 'let all models exist for it')
    .action(async (tenant: string, models: string[], { all = false }: { all?: boolean }, command: Command) => {
      if (all === models.length > 0) throw new CliError('name the models that the tenant may use, or say --all');
      const client = new ControlClient(await findTarget(command));
      const body = { models: all ? null : models };
      const answer = await client.call<Tenant>('PUT', `${path(tenant)}/models`, { body });
      print(command, answer, () => [row(answer)]);
    });

  tenants
    .command('shards <tenant> <count>')
    .description('spread the journal of a tenant over 1, 8 or 64 partitions, each good for about 1,000 events a second')
    .action(async (tenant: string, count: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const body = { count: Number(count) };
      const answer = await client.call<Tenant>('PUT', `${path(tenant)}/shards`, { body });
      const { shards = [] } = answer;
      print(command, { tenant, shards }, () =>
        shards.map((change) => ({ 'from hour': change.from, shards: change.count })),
      );
    });

  tenants
    .command('export <tenant>')
    .description('write the tenant, its keys without secrets and all its usage events to a file, one JSON a line')
    .requiredOption('--to <file>', 'a file that is not there yet')
    .action(async (tenant: string, { to }: { to: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const records = await exportTenant(client, `${path(tenant)}/export`, to);
      print(command, { tenant, file: to, records }, () => `${records} records of tenant ${tenant} are in ${to}`);
    });

  tenants
    .command('offboard <tenant>')
    .description("refuse all of a tenant's requests from now on; it can be resumed until it is purged")
    .option('--grace <days>', 'days until it may be purged, 3 to 365', '30')
    .action(async (tenant: string, { grace }: { grace: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const body = { graceDays: Number(grace) };
      const answer = await client.call<Tenant>('POST', `${path(tenant)}/offboard`, { body });
      print(command, answer, () => [row(answer)]);
    });

  tenants
    .command('purge')
    .description('remove for good all tenants that left and whose time of grace is over; their ids stay taken')
    .action(async (_: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<{ tenants: Tenant[] }>('GET', '/tenants');
      const now = new Date().toISOString();
      const purged: string[] = [];
      const refused: string[] = [];
      for (const { tenant, purgeAfter } of answer.tenants) {
        if (purgeAfter === undefined || purgeAfter > now) continue;
        try {
          await client.call('POST', `${path(tenant)}/purge`);
          purged.push(tenant);
        } catch (error) {
          if (!(error instanceof CliError)) throw error;
          refused.push(error.message);
        }
      }
      print(command, { purged, ...(refused.length === 0 ? {} : { refused }) }, () =>
        purged.map((tenant) => ({ purged: tenant })),
      );
      // One that has to wait stops no other.
      if (refused.length > 0) throw new CliError(refused.join('; '));
    });

  return tenants;
}
