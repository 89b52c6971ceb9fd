import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Invoice, InvoiceLine } from '../../core/billing/invoice/invoice.ts';
import { invoiceHtml } from '../../core/billing/invoice/invoice-html.ts';
import { invoiceTitle } from '../../core/billing/invoice/invoice-title.ts';
import type { ExplainedLine, InvoiceSummary } from '../../core/billing/invoice/invoices.ts';
import type { LineEvents } from '../../core/billing/invoice/line-events.ts';
import { ControlClient } from '../control-client.ts';
import { formatTable, type Row } from '../format-table.ts';
import { lineEvents } from '../line-events.ts';
import { pathSegment } from '../path-segment.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';

const listPath = (tenant: string): string => `/tenants/${pathSegment('tenant', tenant)}/invoices`;
const path = (tenant: string, id: string): string => `${listPath(tenant)}/${pathSegment('invoice', id)}`;

/** `maas invoices list|show|line|finalize|void|credit` */
export function invoicesCommand(): Command {
  const invoices = new Command('invoices').description("show a tenant's invoices, finalize, void and credit them");

  invoices
    .command('list <tenant>')
    .description("list a tenant's invoices, the newest first, and the draft of this month")
    .action(async (tenant: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<{ invoices: InvoiceSummary[] }>('GET', listPath(tenant));
      print(command, answer, () => answer.invoices.map(row));
    });

  invoices
    .command('show <tenant> <invoice>')
    .description('show an invoice such as 2026-11-1, or the draft of a month such as 2026-11')
    .option('--html <file>', 'also write it to a file, as a page to read and to print')
    .option('--pdf <file>', 'also write it to a file, as a PDF')
    .action(async (tenant: string, id: string, { html, pdf }: { html?: string; pdf?: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const invoice = await client.call<Invoice>('GET', path(tenant, id));
      if (html !== undefined) writeFileSync(html, invoiceHtml(invoice));
      if (pdf !== undefined) writeFileSync(pdf, await client.download(`${path(tenant, id)}/pdf`));
      print(command, invoice, () => readable(invoice));
    });

  invoices
    .command('line <tenant> <invoice> <line>')
    .description('show the closed hours behind a line of an invoice, or the events of one of them')
    .option('--hour <hour>', 'show the events that the line counts in this hour, such as 2026-11-22T03')
    .action(async (tenant: string, id: string, line: string, { hour }: { hour?: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      if (hour !== undefined) {
        const events = await lineEvents(client, `${path(tenant, id)}/lines/${pathSegment('line', line)}/events`, hour);
        print(command, events, () => eventsTable(events));
        return;
      }
      const explained = await client.call<ExplainedLine>(
        'GET',
        `${path(tenant, id)}/lines/${pathSegment('line', line)}`,
      );
      print(command, explained, () => explanation(explained));
    });

  invoices
    .command('finalize <tenant> <month>')
    .description('make the draft of a month an invoice, with a number, for good')
    .option('--early', 'before all of the month is closed; a further invoice then says what comes later')
    .action(async (tenant: string, month: string, { early = false }: { early?: boolean }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const invoice = await client.call<Invoice>('POST', `${path(tenant, month)}/finalize`, { body: { early } });
      print(command, invoice, () => readable(invoice));
    });

  invoices
    .command('void <tenant> <invoice>')
    .description('void an invoice; what it said can then be invoiced again')
    .requiredOption('--reason <text>', 'why, for the records')
    .action(async (tenant: string, id: string, body: { reason: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const invoice = await client.call<Invoice>('POST', `${path(tenant, id)}/void`, { body });
      print(command, invoice, () => [row(invoice)]);
    });

  invoices
    .command('credit <tenant> <invoice> <amount>')
    .description('credit an amount of an invoice, in its currency')
    .requiredOption('--reason <text>', 'why; the tenant reads it')
    .action(async (tenant: string, id: string, amount: string, { reason }: { reason: string }, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const invoice = await client.call<Invoice>('POST', `${path(tenant, id)}/credit`, { body: { amount, reason } });
      print(command, invoice, () => readable(invoice));
    });

  return invoices;
}

const row = ({ id, number, state, currency, total, due, finalizedAt }: InvoiceSummary): Row => ({
  invoice: id,
  number,
  state,
  total: `${total} ${currency}`,
  due: `${due} ${currency}`,
  finalized: finalizedAt,
});

function readable(invoice: Invoice): string {
  const { lines, total, prepaid, due, currency, creditNotes, evidence, unpricedRequests } = invoice;
  const { hours, openHours, until } = evidence;
  const made =
    until === undefined
      ? 'no usage is closed yet'
      : `${hours} hours with use${openHours === 0 ? '' : ` (${openHours} not over yet)`}, until ${until}`;
  return [
    `${invoiceTitle(invoice)}: tenant ${invoice.tenant}, ${invoice.from} to ${invoice.to}\n${made}`,
    formatTable(lines.map(lineRow)),
    [
      `total, without tax  ${total} ${currency}`,
      ...(Number(prepaid) === 0 ? [] : [`paid ahead  -${prepaid} ${currency}`]),
      ...creditNotes.map(({ number, amount, reason }) => `credit ${number}  -${amount} ${currency}  ${reason}`),
      ...(due === total ? [] : [`still due  ${due} ${currency}`]),
      ...(unpricedRequests === '0' ? [] : [`${unpricedRequests} requests fell into hours without a price book`]),
    ].join('\n'),
  ].join('\n\n');
}

const lineRow = ({ line, description, amount, usage }: InvoiceLine): Row => ({
  line,
  what: description,
  quantity: usage?.quantity,
  included: usage?.included,
  calculation: usage?.steps
    .map(({ quantity, size, price }) => `${quantity}${size === undefined ? '' : ` x ${size}`} at ${price}`)
    .join(' + '),
  amount,
});

function eventsTable({ line, hour, quantity, settled, archived, events }: LineEvents): string {
  const sum = events.reduce((total, each) => total + BigInt(each.quantity), 0n);
  return [
    `line ${line}, hour ${hour}`,
    formatTable(
      events.map(({ id, time, keyId, quantity: units }) => ({ event: id, time, 'key id': keyId, quantity: units })),
    ),
    [
      `sum ${sum}; the hour was closed with ${quantity}`,
      ...(settled ? [] : ['the hour is not closed yet, or something has come to it since']),
      ...(archived
        ? ['events of this hour are leaving the journal for the ledger; those that left are not listed']
        : []),
    ].join('\n'),
  ].join('\n\n');
}

function explanation({ line, hours, quantity, agrees }: ExplainedLine): string {
  const said = line.usage?.quantity ?? 'nothing';
  return [
    `line ${line.line}: ${line.description}, ${line.amount}`,
    formatTable(
      hours.flatMap(({ hour, byKey, version }) =>
        byKey.map(({ keyId, quantity: ofKey }) => ({ hour, 'key id': keyId, quantity: ofKey, version })),
      ),
    ),
    `sum ${quantity}; the line says ${said}${agrees ? '' : '. A further invoice of the month says the difference.'}`,
  ].join('\n\n');
}
