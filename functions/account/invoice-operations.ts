import type { ApiRequest } from '../../core/api/api-request.ts';
import type { ApiResponse } from '../../core/api/api-response.ts';
import { InvalidInputError } from '../../core/api/maas-error.ts';
import { costs } from '../../core/billing/invoice/costs.ts';
import type { Invoice } from '../../core/billing/invoice/invoice.ts';
import { invoiceHtml } from '../../core/billing/invoice/invoice-html.ts';
import type { Invoices } from '../../core/billing/invoice/invoices.ts';
import type { PriceBooks } from '../../core/billing/price-book/price-books.ts';
import type { RollupReader } from '../../core/metering/rollup.ts';
import { usageRange } from '../../core/metering/usage-range.ts';
import type { Tenant } from '../../core/tenancy/tenant.ts';
import type { BilledUsage } from '../billed-usage.ts';
import type { BillingAccess } from '../billing-access.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { preferredType } from './preferred-type.ts';

/** What a tenant's view of its bill is made of. */
export interface BillDependencies {
  readonly invoices: Invoices;
  readonly prices: PriceBooks;
  readonly rollups: RollupReader;
}

const types = ['application/json', 'text/html'] as const;

/** The routes `account.invoices`, `account.invoice`, `account.invoice-line`, `account.invoice-line-events` and `account.costs`. */
export function invoiceOperations(
  { invoices, credits, prices, rollups }: BillingAccess,
  billed: BilledUsage,
  own: (request: ApiRequest) => Promise<Tenant>,
  now: () => Date,
): Operations {
  return {
    'account.invoices': async (request) => {
      const tenant = await own(request);
      const { balance, currency } = await credits.show(tenant.tenant);
      return jsonResponse(200, { balance, currency, invoices: await invoices.list(tenant) });
    },
    'account.invoice': async (request) => {
      const type = preferredType(request.headers['accept'], types);
      if (type === undefined)
        throw new InvalidInputError(`an invoice can be had as ${types.join(' or ')}; ask for one of them`);
      const invoice = await invoices.show(await own(request), request.params['invoice'] ?? '');
      return type === 'text/html' ? page(invoice) : jsonResponse(200, invoice);
    },
    'account.invoice-line': async (request) => {
      const { invoice = '', line = '' } = request.params;
      return jsonResponse(200, await invoices.explain(await own(request), invoice, line));
    },
    'account.invoice-line-events': async (request) =>
      jsonResponse(200, await billed.ofLine(request, await own(request), '/usage/events/')),
    'account.costs': async (request) => {
      const range = usageRange(request.query, now());
      const { tenant } = await own(request);
      return jsonResponse(200, await costs(tenant, range, { rollups, books: await prices.all(), now: now() }));
    },
  };
}

const page = (invoice: Invoice): ApiResponse => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // It is all in the page; should an escape ever be missing, nothing runs.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    'x-content-type-options': 'nosniff',
  },
  body: invoiceHtml(invoice),
});
