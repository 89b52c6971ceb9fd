import type { Invoice, InvoiceLine, LineUsage } from './invoice.ts';
import { invoiceTitle } from './invoice-title.ts';

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; max-width: 50rem; margin: 3rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .5rem; }
.quiet { color: #59636e; } .stamp { border: 2px solid; padding: .1rem .5rem; border-radius: 4px; color: #9a3412; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.5rem; margin: 1.5rem 0; } dt { color: #59636e; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; }
th, td { padding: .45rem .5rem; border-bottom: 1px solid #d1d9e0; vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
small { color: #59636e; display: block; } tfoot td { border: 0; font-weight: 600; } code { font-size: .85em; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } tr { break-inside: avoid; } }
`;

/**
 * An invoice as a page for people: in one piece, without scripts or anything to load, fit to be printed. Everything that stands in it is
 * escaped, since tenants choose their names.
 */
export function invoiceHtml(invoice: Invoice): string {
  const { state, name, tenant, plan, from, to, currency, total, prepaid, due, creditNotes, evidence } = invoice;
  const paidAhead = Number(prepaid) !== 0;
  const title = invoiceTitle(invoice);
  const facts: readonly (readonly [string, string])[] = [
    ['For', `${name} (${tenant})`],
    ['Plan', plan],
    ['Period', `${day(from)} to ${day(new Date(Date.parse(to) - 1).toISOString())}, UTC`],
    ...(invoice.finalizedAt === undefined ? [] : ([['Date', day(invoice.finalizedAt)]] as const)),
    ['Made from', evidence.until === undefined ? 'nothing: no usage is closed yet' : evidenceText(evidence)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${state === 'open' ? '' : `<p><span class="stamp">${state === 'draft' ? 'Draft: not an invoice, figures still change' : 'Void: nothing is owed'}</span></p>`}
<dl>
${facts.map(([term, fact]) => `<dt>${term}</dt><dd>${escaped(fact)}</dd>`).join('\n')}
</dl>
<table>
<thead><tr><th>#</th><th>What</th><th class="number">Quantity</th><th class="number">${escaped(currency)}</th></tr></thead>
<tbody>
${invoice.lines.map(row).join('\n') || '<tr><td></td><td>nothing to charge</td><td></td><td></td></tr>'}
</tbody>
<tfoot>
${sumRow('Total, without tax', total)}
${paidAhead ? sumRow('Paid ahead', `-${prepaid}`) : ''}
${creditNotes.map(({ number, amount, reason }) => sumRow(`Credit note ${number}: ${reason}`, `-${amount}`)).join('\n')}
${paidAhead || creditNotes.length > 0 ? sumRow('Still due', due) : ''}
</tfoot>
</table>
<p class="quiet">Each line is rounded once, halves away from zero; the total is the sum of the lines. Tax is added by whoever collects the
payment.${invoice.unpricedRequests === '0' ? '' : ` ${invoice.unpricedRequests} requests fell into hours without a valid price book and cost nothing.`}</p>
${invoice.sha256 === undefined ? '' : `<p class="quiet">SHA-256 <code>${invoice.sha256}</code></p>`}
</body>
</html>
`;
}

function row({ line, description, amount, usage }: InvoiceLine): string {
  const notes = usage === undefined ? '' : usageNotes(usage);
  return `<tr><td>${line}</td><td>${escaped(description)}${notes}</td><td class="number">${usage === undefined ? '' : grouped(usage.quantity)}</td><td class="number">${amount}</td></tr>`;
}

function usageNotes({ steps, included, priceBook, place, parts }: LineUsage): string {
  const notes = [
    ...(included === '0' ? [] : [`${grouped(included)} included`]),
    ...steps.map(
      ({ quantity, size, price, amount }) =>
        `${grouped(quantity)}${size === undefined ? '' : ` packages of ${grouped(String(size))}`} × ${price} = ${amount}`,
    ),
    ...(parts.length > 1
      ? parts.map((part) => `of which ${part.model} on ${part.hardware}: ${grouped(part.quantity)}, ${part.amount}`)
      : []),
    `price book ${priceBook}, ${place}`,
  ];
  return notes.map((note) => `<small>${escaped(note)}</small>`).join('');
}

const evidenceText = ({ events, hours, openHours, until }: Invoice['evidence']): string =>
  `${events} successful requests in ${hours} hours with use${openHours === 0 ? '' : `, ${openHours} of them not over yet`}, until ${until}`;

const sumRow = (what: string, amount: string): string =>
  `<tr><td></td><td colspan="2">${escaped(what)}</td><td class="number">${amount}</td></tr>`;

const day = (instant: string): string => instant.slice(0, 10);

const grouped = (integer: string): string => integer.replace(/\B(?=(\d{3})+$)/g, ',');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
