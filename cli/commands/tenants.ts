import { Command } from 'commander';
import { ControlClient } from '../control-client.ts';
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
  readonly createdAt: string;
}
interface CreatedTenant extends Tenant {
  readonly apiKey: string;
  readonly keyId: string;
}

const path = (tenant: string): string => `/tenants/${pathSegment('tenant', tenant)}`;
const row = ({ tenant, name, plan, status, models, createdAt }: Tenant): Row => ({
  tenant,
  name,
  plan,
  status,
  models: models?.join(' ') ?? 'all',
  created: createdAt,
});

/** `maas tenants create|list|show|suspend|resume|plan|models` */
export function tenantsCommand(): Command {
  const tenants = new Command('tenants').description(
    'create, list, show, suspend and resume tenants; change their plans and models',
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
    .description("let a suspended tenant's requests pass again")
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
    .description('name the only models that exist for a tenant; without any, all exist')
    .action(async (tenant: string, models: string[], _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const body = { models: models.length === 0 ? null : models };
      const answer = await client.call<Tenant>('PUT', `${path(tenant)}/models`, { body });
      print(command, answer, () => [row(answer)]);
    });

  return tenants;
}
