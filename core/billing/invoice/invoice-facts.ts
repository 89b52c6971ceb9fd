import type { Invoice } from './invoice.ts';

/** What a document says of an invoice before its lines: terms and facts. */
export function invoiceFacts(invoice: Invoice): readonly (readonly [term: string, fact: string])[] {
  const { name, tenant, plan, from, to, finalizedAt, evidence } = invoice;
  return [
    ['For', `${name} (${tenant})`],
    ['Plan', plan],
    ['Period', `${day(from)} to ${day(new Date(Date.parse(to) - 1).toISOString())}, UTC`],
    ...(finalizedAt === undefined ? [] : ([['Date', day(finalizedAt)]] as const)),
    ['Made from', evidence.until === undefined ? 'nothing: no usage is closed yet' : evidenceText(evidence)],
  ];
}

const evidenceText = ({ events, hours, openHours, until }: Invoice['evidence']): string =>
  `${events} successful requests in ${hours} hours with use${openHours === 0 ? '' : `, ${openHours} of them not over yet`}, until ${until}`;

const day = (instant: string): string => instant.slice(0, 10);
