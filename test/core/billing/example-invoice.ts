import type { Invoice } from '../../../core/billing/invoice/invoice.ts';

/** An invoice with a calculation and a credit note. */
export const exampleInvoice: Invoice = {
  id: '2026-11-1',
  state: 'open',
  number: 'DEV-00000001',
  finalizedAt: '2026-12-01T02:00:00.000Z',
  sha256: 'c'.repeat(64),
  tenant: 'acme',
  name: 'Acme',
  plan: 'pro',
  month: '2026-11',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-12-01T00:00:00.000Z',
  currency: 'EUR',
  lines: [
    {
      line: 1,
      key: '2026-11/pro/prices[1]',
      kind: 'usage',
      description: 'linear-2x: items',
      amount: '1.95',
      usage: {
        priceBook: '2026-11',
        plan: 'pro',
        place: 'prices[1]',
        model: 'linear-2x',
        hardware: '*',
        unit: 'items',
        charge: 'graduated',
        quantity: '3000',
        included: '100',
        steps: [
          { quantity: '1000', price: '0.001', amount: '1' },
          { quantity: '1900', price: '0.0005', amount: '0.95' },
        ],
        exact: '1.95',
        parts: [{ model: 'linear-2x', hardware: 'lambda-cpu', quantity: '3000', amount: '1.95' }],
      },
    },
  ],
  total: '1.95',
  prepaid: '0.00',
  unpricedRequests: '0',
  evidence: { hours: 1, openHours: 0, events: 1, until: '2026-11-21T02:00:00.000Z', sha256: 'd'.repeat(64) },
  creditNotes: [
    { number: 'DEV-00000001-C1', amount: '0.95', reason: 'an outage', at: '2026-12-02T00:00:00.000Z', by: 'x' },
  ],
  due: '1.00',
};
