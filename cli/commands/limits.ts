import { Command, InvalidArgumentError } from 'commander';
import { ControlClient } from '../control-client.ts';
import type { Row } from '../format-table.ts';
import { formatTable } from '../format-table.ts';
import { pathSegment } from '../path-segment.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';

interface Limits {
  readonly tenant: string;
  readonly plan: string;
  readonly month: string;
  readonly renewedAt: string;
  readonly perMonth: Readonly<Record<string, { readonly limit: number; readonly used: number }>>;
  readonly perMinute: Readonly<Record<string, number>>;
  readonly concurrent?: { readonly limit: number; readonly running: number };
  readonly spend?: { readonly limit: string; readonly used: string; readonly currency: string };
  readonly alerts: readonly { readonly unit: string; readonly percent: number; readonly at: string }[];
  readonly overrides: Readonly<Record<string, unknown>>;
}
type UnitLimits = Readonly<Record<string, number | null>>;
interface Wish {
  readonly month?: UnitLimits;
  readonly minute?: UnitLimits;
  /** Not null where there is to be none: commander takes that for an option without a value. */
  readonly concurrent?: number | 'none';
  readonly spend?: string;
}

const path = (tenant: string): string => `/tenants/${pathSegment('tenant', tenant)}/limits`;

/** `maas limits show|set|clear|recount` */
export function limitsCommand(): Command {
  const limits = new Command('limits').description(
    'show and set what a tenant may use: exact monthly quotas, a spend limit, rates and a concurrency cap, beside its usage plan',
  );

  limits
    .command('show <tenant>')
    .description('show the limits of a tenant and what is used of them')
    .action(async (tenant: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Limits>('GET', path(tenant));
      print(command, answer, () => readable(answer));
    });

  limits
    .command('set <tenant>')
    .description("set limits of one tenant over its plan's; they hold everywhere within a minute")
    .option('--month <unit=count>', 'quota a month: requests, items, images or tokens; none lifts it', units)
    .option('--minute <unit=count>', 'rate a minute, of the same units', units)
    .option('--concurrent <count>', 'requests at once, or none', (text) => count(text) ?? 'none')
    .option('--spend <amount>', 'what the usage of a month may cost, in the currency of the prices, or none')
    .addHelpText('after', '\nExample: maas limits set acme --month images=50000 --month tokens=none --spend 100.00')
    .action(async (tenant: string, { month, minute, concurrent, spend }: Wish, command: Command) => {
      const body = {
        ...(month === undefined ? {} : { perMonth: month }),
        ...(minute === undefined ? {} : { perMinute: minute }),
        ...(concurrent === undefined ? {} : { concurrent: concurrent === 'none' ? null : concurrent }),
        ...(spend === undefined ? {} : { spend: spend === 'none' ? null : spend }),
      };
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Limits>('POST', path(tenant), { body });
      print(command, answer, () => readable(answer));
    });

  limits
    .command('clear <tenant>')
    .description("take back what was set: the plan's limits hold again")
    .action(async (tenant: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Limits>('DELETE', path(tenant));
      print(command, answer, () => readable(answer));
    });

  limits
    .command('recount <tenant>')
    .description('count this month anew from the journal, as after a use was voided')
    .action(async (tenant: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Limits>('POST', `${path(tenant)}/recount`);
      print(command, answer, () => readable(answer));
    });

  return limits;
}

function count(text: string): number | null {
  if (text === 'none') return null;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number, or none.');
  }
  return value;
}

function units(text: string, before: UnitLimits = {}): UnitLimits {
  const [, unit, number] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
  if (unit === undefined || number === undefined) {
    throw new InvalidArgumentError('It must be a unit and a count, such as images=1000 or images=none.');
  }
  return { ...before, [unit]: count(number) };
}

function readable({ tenant, plan, month, renewedAt, perMonth, perMinute, concurrent, spend, alerts }: Limits): string {
  const rows: readonly Row[] = [
    ...Object.entries(perMonth).map(([unit, { limit, used }]) => ({ limit: `${unit} a month`, allowed: limit, used })),
    ...Object.entries(perMinute).map(([unit, limit]) => ({
      limit: `${unit} a minute`,
      allowed: limit,
      used: undefined,
    })),
    ...(concurrent === undefined
      ? []
      : [{ limit: 'requests at once', allowed: concurrent.limit, used: concurrent.running }]),
    ...(spend === undefined ? [] : [{ limit: `${spend.currency} a month`, allowed: spend.limit, used: spend.used }]),
  ];
  const heading = `tenant ${tenant}, plan ${plan}, ${month}; what counts by the month is renewed at ${renewedAt}`;
  const crossed = alerts.map(({ unit, percent, at }): Row => ({ threshold: `${percent} % of ${unit}`, crossed: at }));
  return [heading, formatTable(rows), ...(crossed.length === 0 ? [] : [formatTable(crossed)])].join('\n\n');
}
