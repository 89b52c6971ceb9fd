import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import type { ExportReport } from '../../core/billing/export/export-report.ts';
import type { DestinationView, TenantExportsView } from '../../core/billing/export/exports.ts';
import { CliError } from '../cli-error.ts';
import { ControlClient } from '../control-client.ts';
import { formatTable, type Row } from '../format-table.ts';
import { pathSegment } from '../path-segment.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';

interface Destinations {
  readonly destinations: readonly DestinationView[];
}

const destinationPath = (destination: string): string => `/exports/${pathSegment('destination', destination)}`;
const tenantPath = (tenant: string): string => `/tenants/${pathSegment('tenant', tenant)}/exports`;
const linkPath = (tenant: string, destination: string): string =>
  `${tenantPath(tenant)}/${pathSegment('destination', destination)}`;

/** `maas exports connect|disconnect|list|link|unlink|status|retry|settle|run` */
export function exportsCommand(): Command {
  const exports = new Command('exports').description(
    'tell systems outside what tenants use: Stripe, AWS Marketplace, OpenMeter',
  );

  exports
    .command('connect <destination> <file>')
    .description('connect a destination by a JSON document, or connect it anew')
    .addHelpText(
      'after',
      `
The document has the destination's settings and its secrets; docs/exports.md describes it for each. "-" reads it from standard input, so
that the secrets need not lie in a file. They go into AWS Secrets Manager, and are never shown again.`,
    )
    .action(async (destination: string, file: string, _: unknown, command: Command) => {
      const body = parsed(file === '-' ? await text(process.stdin) : readText(file), file);
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Destinations>('PUT', destinationPath(destination), { body });
      print(command, answer, () => answer.destinations.map(destinationRow));
    });

  exports
    .command('disconnect <destination>')
    .description('tell a destination nothing any more; links stay, and what waits goes on waiting')
    .action(async (destination: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Destinations>('DELETE', destinationPath(destination));
      print(command, answer, () => answer.destinations.map(destinationRow));
    });

  exports
    .command('list')
    .description('list the destinations, and how much waits for each')
    .action(async (_: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Destinations>('GET', '/exports');
      print(command, answer, () => answer.destinations.map(destinationRow));
    });

  exports
    .command('link <tenant> <destination> <field=value...>')
    .description(
      'say who a tenant is at a destination: customer=… (stripe), account=… license=… (marketplace), subject=… (openmeter)',
    )
    .option(
      '--from <hour>',
      'the first hour that is told, such as 2026-11-22T08 (default: this one, or that of the link before)',
    )
    .action(
      async (tenant: string, destination: string, fields: string[], { from }: { from?: string }, command: Command) => {
        const body = { ...Object.fromEntries(fields.map(fieldOf)), ...(from === undefined ? {} : { from }) };
        const client = new ControlClient(await findTarget(command));
        const view = await client.call<TenantExportsView>('PUT', linkPath(tenant, destination), { body });
        print(command, view, () => readable(view));
      },
    );

  exports
    .command('unlink <tenant> <destination>')
    .description('tell a destination nothing more about a tenant; what waits is dropped')
    .action(async (tenant: string, destination: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const view = await client.call<TenantExportsView>('DELETE', linkPath(tenant, destination));
      print(command, view, () => readable(view));
    });

  exports
    .command('status [tenant]')
    .description("show what waits and what was refused: for all destinations, or a tenant's hours with the reasons")
    .action(async (tenant: string | undefined, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      if (tenant === undefined) {
        const answer = await client.call<Destinations>('GET', '/exports');
        print(command, answer, () => answer.destinations.map(destinationRow));
        return;
      }
      const view = await client.call<TenantExportsView>('GET', tenantPath(tenant));
      print(command, view, () => readable(view));
    });

  exports
    .command('retry <tenant> <destination>')
    .description('have the next run try again what was refused or put off')
    .action(async (tenant: string, destination: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<{ retried: number }>('POST', `${linkPath(tenant, destination)}/retry`, {
        body: {},
      });
      print(command, answer, () => `${answer.retried} hours are tried again by the next run`);
    });

  exports
    .command('settle <tenant> <destination> <hour> <version>')
    .description('say that a rejected hour, in the version that is shown, has been dealt with by hand')
    .requiredOption('--reason <text>', 'what was done, for the records')
    .action(
      async (
        tenant: string,
        destination: string,
        hour: string,
        version: string,
        { reason }: { reason: string },
        command: Command,
      ) => {
        const body = { hour, version: Number(version), reason };
        const client = new ControlClient(await findTarget(command));
        const view = await client.call<TenantExportsView>('POST', `${linkPath(tenant, destination)}/settle`, { body });
        print(command, view, () => readable(view));
      },
    );

  exports
    .command('run')
    .description('deliver what waits, now')
    .action(async (_: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const report = await client.call<ExportReport>('POST', '/exports/run', { body: {} });
      print(command, report, () => readableReport(report));
    });

  return exports;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError(`cannot read ${file}`, { cause });
  }
}

function parsed(document: string, file: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    // The error's own text quotes the document, and with it maybe a secret.
    throw new CliError(`${file === '-' ? 'the standard input' : file} is not JSON`);
  }
}

function fieldOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new CliError(`${JSON.stringify(text)} is not field=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

const destinationRow = ({ destination, connection, pending, oldestSince, rejected }: DestinationView): Row => ({
  destination,
  connected: connection?.connectedAt ?? '',
  pending,
  'waits since': oldestSince ?? '',
  refused: rejected,
});

/** The fields of a link that say who the tenant is. */
function whoIs(link: TenantExportsView['links'][number]): string {
  const apart = new Set(['destination', 'tenant', 'from', 'linkedAt', 'catchUpFrom', 'catchUpSince']);
  return Object.entries(link)
    .filter(([name]) => !apart.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

const readable = ({ tenant, links, rows }: TenantExportsView): string =>
  [
    links.length === 0
      ? `tenant ${tenant} is linked to nothing`
      : formatTable(
          links.map((link) => ({ destination: link.destination, 'tenant is': whoIs(link), from: link.from })),
        ),
    rows.length === 0
      ? 'nothing waits'
      : formatTable(
          rows.map(({ destination, hour, version, toldTo, state, attempts, at, reason }) => ({
            destination,
            hour,
            version,
            'told to': toldTo ?? '',
            state,
            tries: attempts,
            at,
            reason: reason ?? '',
          })),
        ),
  ].join('\n\n');

const readableReport = ({ destinations, unopened, failures }: ExportReport): string =>
  [
    destinations.length === 0 && unopened.length === 0
      ? 'no destination is connected'
      : formatTable(
          destinations.map(({ destination, tenants, delivered, later, refused, failed, pending }) => ({
            destination,
            tenants,
            delivered,
            'put off': later,
            refused,
            failed: failed.join(' '),
            'still waiting': pending,
          })),
        ),
    ...unopened.map((destination) => `${destination} could not be opened: the log of the function export says why`),
    ...(failures === 0
      ? []
      : [`Stripe's reports that could not be read: ${failures}; the log of the function export says why`]),
    ...(destinations.every(({ complete }) => complete) ? [] : ['not all was done: run it again']),
  ].join('\n');
