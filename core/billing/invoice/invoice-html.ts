import { groupDigits } from './group-digits.ts';
import type { Invoice, InvoiceLine } from './invoice.ts';
import { invoiceFacts } from './invoice-facts.ts';
import { invoiceRemarks } from './invoice-remarks.ts';
import { invoiceStamp } from './invoice-stamp.ts';
import { invoiceSums } from './invoice-sums.ts';
import { invoiceTitle } from './invoice-title.ts';
import { lineNotes } from './line-notes.ts';
import type { Seller } from './seller.ts';

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; max-width: 50rem; margin: 3rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .5rem; }
.quiet { color: #59636e; } address { font-style: normal; text-align: right; margin-bottom: 1.5rem; } .stamp { border: 2px solid; padding: .1rem .5rem; border-radius: 4px; color: #9a3412; }
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
  const { currency, seller, sha256 } = invoice;
  const title = invoiceTitle(invoice);
  const stamp = invoiceStamp(invoice);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
${seller === undefined ? '' : sellerBlock(seller)}
<h1>${escaped(title)}</h1>
${stamp === undefined ? '' : `<p><span class="stamp">${escaped(stamp)}</span></p>`}
<dl>
${invoiceFacts(invoice)
  .map(([term, fact]) => `<dt>${term}</dt><dd>${escaped(fact)}</dd>`)
  .join('\n')}
</dl>
<table>
<thead><tr><th>#</th><th>What</th><th class="number">Quantity</th><th class="number">${escaped(currency)}</th></tr></thead>
<tbody>
${invoice.lines.map(row).join('\n') || '<tr><td></td><td>nothing to charge</td><td></td><td></td></tr>'}
</tbody>
<tfoot>
${invoiceSums(invoice)
  .map(({ what, amount }) => sumRow(what, amount))
  .join('\n')}
</tfoot>
</table>
<p class="quiet">${invoiceRemarks(invoice)}</p>
${sha256 === undefined ? '' : `<p class="quiet">SHA-256 <code>${sha256}</code></p>`}
</body>
</html>
`;
}

const sellerBlock = ({ name, lines }: Seller): string =>
  `<address><strong>${escaped(name)}</strong>${lines.map((line) => `<br>${escaped(line)}`).join('')}</address>`;

function row({ line, description, amount, usage }: InvoiceLine): string {
  const notes = usage === undefined ? [] : lineNotes(usage).map((note) => `<small>${escaped(note)}</small>`);
  return `<tr><td>${line}</td><td>${escaped(description)}${notes.join('')}</td><td class="number">${usage === undefined ? '' : groupDigits(usage.quantity)}</td><td class="number">${amount}</td></tr>`;
}

const sumRow = (what: string, amount: string): string =>
  `<tr><td></td><td colspan="2">${escaped(what)}</td><td class="number">${amount}</td></tr>`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
