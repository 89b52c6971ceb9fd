import { Command } from 'commander';
import { ControlClient } from '../control-client.ts';
import { formatTable, type Row } from '../format-table.ts';
import { pathSegment } from '../path-segment.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';

type Units = Readonly<Record<string, number>>;
interface Usage {
  readonly tenant: string;
  readonly from: string;
  readonly to: string;
  readonly totals: Units;
  readonly byModel: readonly (Units & { readonly model: string })[];
  readonly byDay: readonly (Units & { readonly day: string })[];
  readonly byKey: readonly (Units & { readonly keyId: string })[];
}
interface Buckets {
  readonly tenant: string;
  readonly start: string;
  readonly end: string;
  readonly bucket: string;
  readonly buckets: readonly { readonly start: string; readonly usage: readonly Row[] }[];
}
interface EventState {
  readonly id: string;
  readonly state: string;
  readonly event: {
    readonly time: string;
    readonly data: {
      readonly requestId: string;
      readonly keyId: string;
      readonly model: string;
      readonly units: Units;
    };
  };
  readonly adjusted?: {
    readonly units: Units;
    readonly by: readonly { readonly time: string; readonly reason: string; readonly actor: string }[];
  };
  readonly counted?: { readonly hour: string; readonly rollupVersion: number };
  readonly invoiced?: readonly {
    readonly invoice: string;
    readonly number: string;
    readonly lines: readonly number[];
  }[];
  readonly voided?: { readonly time: string; readonly reason: string; readonly actor: string };
}
interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly bucket?: string;
  readonly groupBy?: string;
  readonly event?: string;
}

/** `maas usage TENANT` */
export function usageCommand(): Command {
  return new Command('usage')
    .description('show what a tenant has used, per day, model and key; in buckets of time; or one event')
    .argument('<tenant>')
    .option('--from <date>', 'first day or instant, UTC (default: first day of this month)')
    .option('--to <date>', 'day or instant after the last, UTC (default: now)')
    .option('--bucket <length>', 'show buckets of 1m, 1h or 1d instead; needs --from')
    .option('--group-by <groups>', 'divide buckets by model, key, unit, or several with commas between them')
    .option('--event <id>', 'show what has become of one usage event instead')
    .action(async (tenant: string, options: Options, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const path = `/tenants/${pathSegment('tenant', tenant)}/usage`;
      if (options.event !== undefined) {
        const state = await client.call<EventState>('GET', `${path}/events/${pathSegment('event', options.event)}`);
        print(command, state, () => [eventRow(state)]);
        return;
      }
      const query = queryOf(options);
      if (options.bucket === undefined && options.groupBy === undefined) {
        const usage = await client.call<Usage>('GET', path, { query });
        print(command, usage, () => readable(usage));
        return;
      }
      const usage = await client.call<Buckets>('GET', path, { query });
      print(command, usage, () => bucketRows(usage));
    });
}

function queryOf({ from, to, bucket, groupBy }: Options): Record<string, string> {
  const inBuckets = bucket !== undefined || groupBy !== undefined;
  const named = { [inBuckets ? 'start' : 'from']: from, [inBuckets ? 'end' : 'to']: to, bucket, group_by: groupBy };
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const bucketRows = ({ buckets }: Buckets): Row[] =>
  buckets.flatMap(({ start, usage }) => usage.map((row) => ({ start, ...row })));

function eventRow({ id, state, event, adjusted, counted, invoiced, voided }: EventState): Row {
  return {
    event: id,
    state,
    'completed at': event.time,
    model: event.data.model,
    'key id': event.data.keyId,
    request: event.data.requestId,
    'counted in': counted === undefined ? undefined : `${counted.hour}, version ${counted.rollupVersion}`,
    'on invoice': invoiced?.map(({ number, lines }) => `${number}, line ${lines.join(' and ')}`).join('; '),
    adjusted: adjusted?.by.map(({ time, reason, actor }) => `${time}, ${reason}, by ${actor}`).join('; '),
    voided: voided === undefined ? undefined : `${voided.time}, ${voided.reason}, by ${voided.actor}`,
  };
}

function readable({ tenant, from, to, totals, byDay, byModel, byKey }: Usage): string {
  const tables = [byDay, byModel, byKey].map((rows) => formatTable(rows));
  return [`tenant ${tenant}, ${from} to ${to}`, formatTable([totals]), ...tables].join('\n\n');
}
