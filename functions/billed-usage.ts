import * as z from 'zod/mini';
import type { ApiRequest } from '../core/api/api-request.ts';
import { eventInvoices } from '../core/billing/invoice/event-invoices.ts';
import type { LineEvent, LineEvents } from '../core/billing/invoice/line-events.ts';
import { lineEvents } from '../core/billing/invoice/line-events.ts';
import type { StandingLines } from '../core/billing/invoice/standing-lines.ts';
import type { UsageEventState } from '../core/metering/usage-events.ts';
import type { Tenant } from '../core/tenancy/tenant.ts';
import type { BillingAccess } from './billing-access.ts';
import { checked } from './control/checked.ts';
import { pathParameter } from './control/path-parameter.ts';
import { limitSchema } from './limit-schema.ts';
import type { UsageAccess } from './usage-access.ts';

/** What became of an event, and the invoices that charge for it; absent when none does yet. */
export type BilledEvent = UsageEventState & { readonly invoiced?: readonly StandingLines[] };

/** A page of a line's events, each with the path by which the caller asks what became of it. */
export type LinkedLineEvents = Omit<LineEvents, 'events'> & {
  readonly events: readonly (LineEvent & { readonly href: string })[];
};

const page = z.strictObject({
  // Without one it is refused when the line is known to be there: what is another tenant's reads as unknown, whatever is asked of it.
  hour: z._default(z.string().check(z.maxLength(20)), ''),
  cursor: z.optional(z.string().check(z.maxLength(50))),
  limit: limitSchema(500, 500),
});

/** Tells which events are on which invoice, and the other way round. */
export class BilledUsage {
  readonly #billing: BillingAccess;
  readonly #access: Pick<UsageAccess, 'events' | 'journal' | 'rollups'>;
  readonly #now: () => Date;

  constructor(billing: BillingAccess, access: Pick<UsageAccess, 'events' | 'journal' | 'rollups'>, now: () => Date) {
    this.#billing = billing;
    this.#access = access;
    this.#now = now;
  }

  /** @throws NotFoundError when the tenant has no event of this id */
  async state(tenant: Tenant, id: string): Promise<BilledEvent> {
    const { events, journal, rollups } = this.#access;
    const { invoices, prices } = this.#billing;
    const state = await events.state(tenant, id);
    const invoiced = await eventInvoices(tenant, state, { invoices, books: prices, journal, rollups });
    return { ...state, ...(invoiced.length === 0 ? {} : { invoiced }) };
  }

  /**
   * The events behind an hour of an invoice's line, as a request asks for them.
   *
   * @param eventsPath what stands before an event's id in the caller's API
   */
  async ofLine(request: ApiRequest, tenant: Tenant, eventsPath: string): Promise<LinkedLineEvents> {
    const query = checked(request.query, page);
    const wanted = {
      invoice: pathParameter(request, 'invoice'),
      line: pathParameter(request, 'line'),
      ...query,
      cursor: query.cursor,
    };
    const { journal, rollups } = this.#access;
    const { invoices, prices } = this.#billing;
    const found = await lineEvents(tenant, wanted, {
      invoices,
      rollups,
      books: await prices.all(),
      journal,
      now: this.#now,
      remainingMs: request.remainingMs,
    });
    return { ...found, events: found.events.map((event) => ({ ...event, href: `${eventsPath}${event.id}` })) };
  }
}
