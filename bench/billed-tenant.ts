import type { BilledTenant } from '../core/billing/invoice/invoices.ts';

/** The tenant of this number. All of them came half an hour before the month ended, so that each has one hour to close. */
export const billedTenant = (index: number): BilledTenant => ({
  tenant: `t${String(index).padStart(6, '0')}`,
  name: `Tenant ${index}`,
  plan: 'pro',
  createdAt: '2026-11-30T23:30:00.000Z',
});
