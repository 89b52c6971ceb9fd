import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { ControlClient } from '../control-client.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';

interface Reconciled {
  readonly hour: string;
  readonly answered: number;
  readonly events: number;
  readonly missing: number;
  readonly doubled: number;
  readonly voided: number;
  readonly repeatable: number;
  readonly unconfirmed: number;
  readonly driftPpm: number;
  readonly findings: readonly {
    readonly kind: string;
    readonly tenant: string;
    readonly requestId: string;
    readonly events: readonly string[];
    readonly eventCount: number;
  }[];
}
interface Options {
  readonly tenant?: string;
  readonly from?: string;
  readonly to?: string;
}

const hourMs = 3_600_000;
const hourPattern = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3])$/;
const hourOf = (ms: number): string => new Date(ms).toISOString().slice(0, 13);

/** `maas billing reconcile` */
export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description(
      'compare what was answered with what the journal has, and void what no client got; a schedule does it hourly',
    )
    .option('--tenant <tenant>', 'show this tenant only')
    .option('--from <hour>', 'first hour, such as 2026-11-22T01; default: the last that is over')
    .option('--to <hour>', 'last hour; default: the first')
    .action(async ({ tenant, from = hourOf(Date.now() - hourMs), to = from }: Options, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const results: Reconciled[] = [];
      for (const hour of hours(from, to)) {
        const body = { hour, ...(tenant === undefined ? {} : { tenant }) };
        results.push(await client.call<Reconciled>('POST', '/billing/reconcile', { body }));
      }
      print(command, { hours: results }, () =>
        results.map(({ hour, answered, events, voided, missing, doubled, repeatable, unconfirmed, driftPpm }) => ({
          hour,
          answered,
          events,
          voided,
          missing,
          doubled,
          repeatable,
          unconfirmed,
          'drift ppm': driftPpm,
        })),
      );
      for (const { kind, tenant: of, requestId, events, eventCount } of results.flatMap(({ findings }) => findings)) {
        const more = eventCount > events.length ? ` and ${eventCount - events.length} more` : '';
        console.error(`${kind}: tenant ${of}, request ${requestId}, event ${events.join(', ') || 'unknown'}${more}`);
      }
    });
}

function hours(from: string, to: string): readonly string[] {
  const [first, last] = [from, to].map((hour) => {
    const ms = Date.parse(`${hour}:00:00Z`);
    if (!hourPattern.test(hour) || Number.isNaN(ms)) throw new CliError(`${hour} is no hour such as 2026-11-22T01`);
    return ms;
  }) as [number, number];
  if (last < first) throw new CliError(`${to} is before ${from}`);
  return Array.from({ length: (last - first) / hourMs + 1 }, (_, index) => hourOf(first + index * hourMs));
}
