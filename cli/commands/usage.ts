import { Command } from 'commander';
import { ControlClient } from '../control-client.ts';
import { formatTable } from '../format-table.ts';
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

/** `maas usage TENANT` */
export function usageCommand(): Command {
  return new Command('usage')
    .description('show what a tenant has used, per day, model and key')
    .argument('<tenant>')
    .option('--from <date>', 'first day or instant, UTC (default: first day of this month)')
    .option('--to <date>', 'day or instant after the last, UTC (default: now)')
    .action(async (tenant: string, { from, to }: { from?: string; to?: string }, command: Command) => {
      const query = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
      const client = new ControlClient(await findTarget(command));
      const usage = await client.call<Usage>('GET', `/tenants/${pathSegment('tenant', tenant)}/usage`, { query });
      print(command, usage, () => readable(usage));
    });
}

function readable({ tenant, from, to, totals, byDay, byModel, byKey }: Usage): string {
  const tables = [byDay, byModel, byKey].map((rows) => formatTable(rows));
  return [`tenant ${tenant}, ${from} to ${to}`, formatTable([totals]), ...tables].join('\n\n');
}
