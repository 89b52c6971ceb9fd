import { Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { ControlClient } from '../control-client.ts';
import { parseUnits } from '../parse-units.ts';
import { pathSegment } from '../path-segment.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';
import { reconcileCommand } from './reconcile.ts';

interface Closed {
  readonly tenants: number;
  readonly written: number;
  readonly failed: readonly string[];
  readonly complete: boolean;
}
interface Version {
  readonly version: number;
  readonly events: number;
}
interface Rebuilt {
  readonly tenant: string;
  readonly hours: number;
  readonly differences: readonly { readonly hour: string; readonly before?: Version; readonly after?: Version }[];
  readonly next?: string;
}
type Units = Readonly<Record<string, number>>;
interface EventState {
  readonly id: string;
  readonly state: string;
  readonly event: { readonly data: { readonly units: Units } };
  readonly adjusted?: { readonly units: Units };
  readonly voided?: { readonly time: string; readonly reason: string };
}

interface FocusMonths {
  readonly months: readonly {
    readonly datasets: readonly {
      readonly rows: number;
      readonly files: readonly { readonly key: string; readonly bytes: number }[];
    }[];
  }[];
}

/** `maas billing close|rebuild|focus|void|adjust` */
export function billingCommand(): Command {
  const billing = new Command('billing').description('close hours of usage, check them, and correct events');

  billing
    .command('close')
    .description('close all hours that are over; a schedule does the same every hour')
    .option('--tenant <tenant>', 'of this tenant only')
    .option('--now', 'also add up the hours that are not over yet; they stay open and are added up again')
    .action(async ({ tenant, now = false }: { tenant?: string; now?: boolean }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const body = { openHours: now, ...(tenant === undefined ? {} : { tenant }) };
      let written = 0;
      let closed: Closed;
      do {
        closed = await client.call<Closed>('POST', '/billing/close', { body });
        written += closed.written;
        if (!closed.complete) console.error(`${written} hours written so far`);
      } while (!closed.complete);
      const { tenants, failed } = closed;
      print(command, { tenants, written, failed }, () => [
        { tenants, 'hours written': written, failed: failed.length },
      ]);
      if (failed.length > 0) {
        throw new CliError(
          `not all hours were closed of ${failed.join(', ')}; the log of the control function says why`,
        );
      }
    });

  billing
    .command('rebuild')
    .description('make the closed hours again from the journal or the ledger, and show where they differed')
    .option('--tenant <tenant>', 'of this tenant only')
    .addOption(
      new Option('--from <source>', 'the journal has the last 90 days; the ledger has all that is archived')
        .choices(['journal', 'ledger'])
        .default('journal'),
    )
    .action(async ({ tenant, from }: { tenant?: string; from: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const tenants = tenant === undefined ? await tenantIds(client) : [tenant];
      const reports: Rebuilt[] = [];
      for (const each of tenants) {
        const report = await rebuildTenant(client, each, from);
        reports.push(report);
        console.error(`${each}: ${report.hours} hours, ${report.differences.length} differed`);
      }
      const differences = reports.flatMap(({ tenant: of, differences: found }) =>
        found.map(({ hour, before, after }) => ({ tenant: of, hour, before, after })),
      );
      const hours = reports.reduce((sum, report) => sum + report.hours, 0);
      print(command, { tenants: tenants.length, hours, differences }, () =>
        differences.map(({ before, after, ...where }) => ({
          ...where,
          'events before': before?.events,
          events: after?.events,
          version: after?.version,
        })),
      );
    });

  billing
    .command('focus')
    .description('write the FOCUS files of the running month and the one before, as a schedule does every day')
    .option('--month <month>', 'of this month only, such as 2026-11')
    .action(async ({ month }: { month?: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const written = await client.call<FocusMonths>('POST', '/billing/focus', {
        body: month === undefined ? {} : { month },
      });
      print(command, written, () =>
        written.months.flatMap(({ datasets }) =>
          datasets.flatMap(({ rows, files }) => files.map(({ key, bytes }) => ({ file: key, rows, bytes }))),
        ),
      );
    });

  billing
    .command('void <tenant> <event>')
    .description('take a usage event out of the count for good; its hour changes with the next close')
    .requiredOption('--reason <text>', 'why; the tenant can read it')
    .action(async (tenant: string, event: string, { reason }: { reason: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const path = `/tenants/${pathSegment('tenant', tenant)}/usage/events/${pathSegment('event', event)}/void`;
      const state = await client.call<EventState>('POST', path, { body: { reason } });
      print(command, state, () => [
        { event: state.id, state: state.state, at: state.voided?.time, reason: state.voided?.reason },
      ]);
    });

  billing
    .command('adjust <tenant> <event>')
    .description('change what a usage event counts for; its hour changes with the next close')
    .requiredOption(
      '--units <changes>',
      'what is added to its units or taken off, such as items=-3 or items=-3,tokens=120',
    )
    .requiredOption('--reason <text>', 'why; the tenant can read it')
    .action(
      async (tenant: string, event: string, { units, reason }: { units: string; reason: string }, command: Command) => {
        const body = { units: parseUnits(units), reason };
        const client = new ControlClient(await findTarget(command));
        const path = `/tenants/${pathSegment('tenant', tenant)}/usage/events/${pathSegment('event', event)}/adjust`;
        const state = await client.call<EventState>('POST', path, { body });
        print(command, state, () =>
          Object.keys(body.units).map((unit) => ({
            event: state.id,
            unit,
            written: state.event.data.units[unit],
            'counts now': state.adjusted?.units[unit],
          })),
        );
      },
    );

  billing.addCommand(reconcileCommand());

  return billing;
}

async function tenantIds(client: ControlClient): Promise<string[]> {
  const { tenants } = await client.call<{ tenants: { tenant: string }[] }>('GET', '/tenants');
  return tenants.map(({ tenant }) => tenant);
}

/** All of a tenant's hours; one answer has those that a call had time for. */
async function rebuildTenant(client: ControlClient, tenant: string, source: string): Promise<Rebuilt> {
  const differences: Rebuilt['differences'][number][] = [];
  let hours = 0;
  let from: string | undefined;
  do {
    const body = { tenant, source, ...(from === undefined ? {} : { from }) };
    const report = await client.call<Rebuilt>('POST', '/billing/rebuild', { body });
    differences.push(...report.differences);
    hours += report.hours;
    from = report.next;
  } while (from !== undefined);
  return { tenant, hours, differences };
}
