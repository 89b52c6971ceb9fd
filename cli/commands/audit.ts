import { Command } from 'commander';
import { ControlClient } from '../control-client.ts';
import type { Row } from '../format-table.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';

interface AuditRecord {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}
interface AuditPage {
  readonly records: readonly AuditRecord[];
  readonly next?: string;
}

const state = (value: Readonly<Record<string, unknown>> | undefined): string | undefined => {
  if (value === undefined) return undefined;
  const fields = Object.entries(value).map(([name, each]) =>
    Array.isArray(each)
      ? `${name} ${each.join(' ')}`
      : `${name} ${typeof each === 'string' ? each : JSON.stringify(each)}`,
  );
  return fields.join(', ');
};
const row = ({ at, actor, action, subject, before, after }: AuditRecord): Row => ({
  at,
  who: actor,
  what: action,
  of: subject,
  before: state(before),
  after: state(after),
});

/** `maas audit` */
export function auditCommand(): Command {
  return new Command('audit')
    .description('list the changes that operators and tenants ordered, newest first')
    .option('--tenant <tenant>', 'of this tenant only')
    .option('--limit <count>', 'how many, 1 to 200', '50')
    .option('--before <id>', 'older than the record with this id: the next page')
    .action(async (options: { tenant?: string; limit: string; before?: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const page = await client.call<AuditPage>('GET', '/audit', { query: { ...options } });
      print(command, page, () => page.records.map(row));
      if (page.next !== undefined) console.error(`There is more: --before ${page.next}`);
    });
}
