import { Command } from 'commander';
import type { CreditView } from '../../core/billing/credits/credits.ts';
import { ControlClient } from '../control-client.ts';
import { formatTable } from '../format-table.ts';
import { pathSegment } from '../path-segment.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';

const path = (tenant: string): string => `/tenants/${pathSegment('tenant', tenant)}/credits`;

/** `maas credits grant|show` */
export function creditsCommand(): Command {
  const credits = new Command('credits').description('add to what a tenant has paid ahead, and show it');

  credits
    .command('grant <tenant> <amount>')
    .description("add money to a tenant's balance, which its invoices take from")
    .requiredOption('--reason <text>', 'what for; the tenant reads it')
    .action(async (tenant: string, amount: string, { reason }: { reason: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const view = await client.call<CreditView>('POST', path(tenant), { body: { amount, reason } });
      print(command, view, () => readable(view));
    });

  credits
    .command('show <tenant>')
    .description('show what a tenant has paid ahead, and what is left of it')
    .action(async (tenant: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const view = await client.call<CreditView>('GET', path(tenant));
      print(command, view, () => readable(view));
    });

  return credits;
}

const readable = ({ tenant, balance, currency, grants }: CreditView): string =>
  [
    `tenant ${tenant}: ${balance} ${currency} left`,
    formatTable(grants.map(({ at, amount, reason, by }) => ({ granted: at, amount, reason, by }))),
  ].join('\n\n');
