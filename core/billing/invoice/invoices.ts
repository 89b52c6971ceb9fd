import { ConflictError, NotFoundError } from '../../api/maas-error.ts';
import type { RollupReader } from '../../metering/rollup.ts';
import { usageHour } from '../../metering/usage-hour.ts';
import type { Tenant } from '../../tenancy/tenant.ts';
import type { Credits } from '../credits/credits.ts';
import { Currency } from '../money/currency.ts';
import { positiveAmount } from '../money/positive-amount.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';
import { type BillingMonth, billingMonth } from './billing-month.ts';
import { draftContent } from './draft-content.ts';
import type { DynamoDBInvoices } from './dynamodb-invoices.ts';
import { hourDigest } from './hour-digest.ts';
import type { Invoice, InvoiceContent, InvoiceLine } from './invoice.ts';
import type { InvoiceRecord } from './invoice-record.ts';
import { invoiceView } from './invoice-view.ts';
import { type LineHour, lineHours } from './line-hours.ts';
import { numberInvoice } from './number-invoice.ts';
import type { Seller } from './seller.ts';
import { type StandingLines, standingLines } from './standing-lines.ts';

/** What invoices are made of. */
export interface InvoicesDependencies {
  readonly store: DynamoDBInvoices;
  readonly rollups: RollupReader & {
    /** The first hour of the tenant that is not closed; absent: none is. */
    progress(tenant: string): Promise<{ readonly closedTo?: string }>;
  };
  readonly books: { all(): Promise<readonly PublishedPriceBook[]> };
  readonly credits: Credits;
  readonly stage: string;
  /** @default - invoices do not say who sends them */
  readonly seller?: Seller | undefined;
  readonly now: () => Date;
}

/** Whose invoice it is. */
export type BilledTenant = Pick<Tenant, 'tenant' | 'name' | 'plan' | 'createdAt'>;

/** An invoice without its lines, as lists show it. */
export type InvoiceSummary = Omit<Invoice, 'lines'>;

/** A line, and the closed hours that it counts. */
export interface ExplainedLine {
  readonly invoice: string;
  readonly line: InvoiceLine;
  readonly hours: readonly LineHour[];
  /** Sum of the hours as they are now. */
  readonly quantity: string;
  /** Whether that is what the line says; late usage is said by a further invoice of the month. */
  readonly agrees: boolean;
}

/** Drafts, finalizes, voids and credits invoices. */
export class Invoices {
  readonly #with: InvoicesDependencies;

  constructor(dependencies: InvoicesDependencies) {
    this.#with = dependencies;
  }

  /** A tenant's invoices, the newest first, and before them the draft of the current month. */
  async list(tenant: BilledTenant): Promise<readonly InvoiceSummary[]> {
    const now = this.#with.now();
    const records = await this.#with.store.list(tenant.tenant);
    const month = billingMonth(now.toISOString().slice(0, 7), now);
    const draft = await this.#draft(tenant, month, records);
    return [draft, ...records.filter(isNumbered).map(invoiceView).reverse()].map((invoice) => {
      const { lines: _, ...summary } = invoice;
      return summary;
    });
  }

  /**
   * @param id `2026-11` for the draft of a month, `2026-11-1` for its first invoice
   * @throws NotFoundError when there is none of this id
   */
  async show(tenant: BilledTenant, id: string): Promise<Invoice> {
    const { month, sequence } = parts(id);
    const period = billingMonth(month, this.#with.now());
    const records = await this.#with.store.list(tenant.tenant, month);
    if (sequence === undefined) return this.#draft(tenant, period, records);
    return invoiceView(existing(records, id));
  }

  /** An invoice and its line of this number. @throws NotFoundError when there is no such invoice or line */
  async line(tenant: BilledTenant, id: string, number: string): Promise<{ invoice: Invoice; line: InvoiceLine }> {
    const invoice = await this.show(tenant, id);
    const line = invoice.lines.find((each) => String(each.line) === number);
    if (line === undefined) {
      throw new NotFoundError(`invoice ${invoice.id} has no line ${JSON.stringify(number.slice(0, 100))}`);
    }
    return { invoice, line };
  }

  /**
   * The hours behind a line.
   *
   * @throws NotFoundError when there is no such invoice or line
   */
  async explain(tenant: BilledTenant, id: string, number: string): Promise<ExplainedLine> {
    const { invoice, line } = await this.line(tenant, id, number);
    const { rollups, books, now } = this.#with;
    const month = billingMonth(invoice.month, now());
    const hours =
      line.usage === undefined ? [] : await lineHours(tenant.tenant, month, line.key, rollups, await books.all());
    const quantity = String(hours.reduce((sum, hour) => sum + BigInt(hour.quantity), 0n));
    return { invoice: invoice.id, line, hours, quantity, agrees: quantity === (line.usage?.quantity ?? '0') };
  }

  /**
   * The lines that stand for these keys, of the invoices that are owed, when one of them counts the hour with just these events.
   *
   * @param digest of the hour, by `hourDigest`
   */
  async standing(tenant: string, hour: string, digest: string, keys: ReadonlySet<string>): Promise<StandingLines[]> {
    const records = await this.#with.store.list(tenant, hour.slice(0, 7));
    return standingLines(records.filter(isOwed), hour, digest, keys);
  }

  /**
   * Makes the draft of a month an invoice with a number, which nothing changes any more. One that died half way is completed first, whatever
   * becomes of this one; it is the answer when it leaves nothing to say.
   *
   * @param early also before the month is over; what comes later is said by a further invoice of the month
   * @throws ConflictError when not all hours of the month are closed, nothing is left to say, or somebody else finalizes it right now
   */
  async finalize(tenant: BilledTenant, month: string, early: boolean): Promise<Invoice> {
    const { store, stage, now } = this.#with;
    const period = billingMonth(month, now());
    let completed: InvoiceRecord | undefined;
    for (;;) {
      const records = await store.list(tenant.tenant, month);
      const unfinished = records.find(({ state }) => state === 'numbering');
      const record = unfinished ?? (await this.#freeze(tenant, period, records, early)) ?? completed;
      if (record === undefined) throw new ConflictError(`there is nothing to invoice ${tenant.tenant} for ${month}`);
      if (record !== completed) await numberInvoice(store, record, stage, now);
      if (unfinished === undefined) return this.show(tenant, `${month}-${record.sequence}`);
      completed = unfinished;
    }
  }

  /**
   * Voids an invoice: it is owed no longer, and what it said can be invoiced again.
   *
   * @throws NotFoundError when there is none of this id
   * @throws ConflictError when it is void, something was credited, or a later invoice of the month builds on it
   */
  async void(tenant: BilledTenant, id: string, reason: string, by: string): Promise<Invoice> {
    const records = await this.#with.store.list(tenant.tenant, parts(id).month);
    const record = existing(records, id);
    const later = records.find(({ sequence, state }) => sequence > record.sequence && state !== 'void');
    if (later !== undefined) {
      throw new ConflictError(
        `invoice ${id} is taken account of by ${later.month}-${later.sequence}; void that one first`,
      );
    }
    const voided = { at: this.#with.now().toISOString(), by, reason };
    if (record.state === 'void' || !(await this.#with.store.void(record, voided, records.length + 1))) {
      throw new ConflictError(
        `invoice ${id} is void already, has credit notes, or is being followed by another right now; an invoice is voided whole, once`,
      );
    }
    return this.show(tenant, id);
  }

  /**
   * Credits an amount of an open invoice.
   *
   * @param amount decimal, at most what is due
   * @throws InvalidInputError when it is no amount of the invoice's currency, or not above zero
   * @throws ConflictError when the invoice is void, less is due, or somebody else credits it right now
   */
  async credit(tenant: BilledTenant, id: string, amount: string, reason: string, by: string): Promise<Invoice> {
    const record = existing(await this.#with.store.list(tenant.tenant, parts(id).month), id);
    const invoice = invoiceView(record);
    const currency = new Currency(invoice.currency);
    const minor = positiveAmount(amount, currency);
    if (invoice.state === 'void') throw new ConflictError(`invoice ${id} is void: nothing of it is due`);
    if (minor > currency.minor(invoice.due)) {
      throw new ConflictError(
        `${currency.text(minor)} ${currency.code} is more than the ${invoice.due} still due of ${id}`,
      );
    }
    const notes = record.creditNotes.length;
    const note = {
      number: `${invoice.number}-C${notes + 1}`,
      amount: currency.text(minor),
      reason,
      at: this.#with.now().toISOString(),
      by,
    };
    if (!(await this.#with.store.credit(record, notes, note))) {
      throw new ConflictError(`invoice ${id} was changed at the same moment; look at it and try again`);
    }
    return this.show(tenant, id);
  }

  async #draft(tenant: BilledTenant, month: BillingMonth, records: readonly InvoiceRecord[]): Promise<Invoice> {
    const { rollups, books } = this.#with;
    const content = await this.#content(tenant, month, records, rollups, await books.all());
    const currency = new Currency(content.currency);
    const total = currency.minor(content.total);
    const prepaid = await this.#with.credits.available(tenant.tenant, total, currency);
    return {
      id: month.month,
      state: 'draft',
      ...content,
      prepaid: currency.text(prepaid),
      creditNotes: [],
      due: currency.text(total - prepaid),
    };
  }

  async #content(
    tenant: BilledTenant,
    month: BillingMonth,
    records: readonly InvoiceRecord[],
    rollups: RollupReader,
    books: readonly PublishedPriceBook[],
  ): Promise<Omit<InvoiceContent, 'prepaid'>> {
    const { seller, now } = this.#with;
    const earlier = records
      .filter((record) => record.month === month.month && isOwed(record))
      .map(invoiceView)
      .map(({ id, number = '', lines }) => ({ id, number, lines }));
    return draftContent(tenant, month, earlier, { rollups, books, seller, now: now() });
  }

  /** Undefined when nothing is left to say. */
  async #freeze(
    tenant: BilledTenant,
    period: BillingMonth,
    records: readonly InvoiceRecord[],
    early: boolean,
  ): Promise<InvoiceRecord | undefined> {
    const { store, rollups, credits, now } = this.#with;
    const { month, to } = period;
    // Read before the hours are: those that are closed meanwhile do no harm.
    const { closedTo } = await rollups.progress(tenant.tenant);
    if (!early && (closedTo === undefined || closedTo < usageHour(to))) {
      throw new ConflictError(
        `usage of ${tenant.tenant} is closed ${closedTo === undefined ? 'for no hour' : `up to ${closedTo}`} yet, and ${month} ends at ${usageHour(to)}; wait, or finalize early what is there`,
      );
    }
    const books = await this.#with.books.all();
    const hours: Record<string, string> = {};
    const counted: RollupReader = {
      async *rollups(...range) {
        for await (const rollup of rollups.rollups(...range)) {
          hours[rollup.hour] = hourDigest(rollup, books);
          yield rollup;
        }
      },
    };
    const content = await this.#content(tenant, period, records, counted, books);
    if (content.lines.length === 0) return undefined;
    const sequence = records.length + 1;
    const currency = new Currency(content.currency);
    const prepaid = await credits.hold(tenant.tenant, `${month}-${sequence}`, currency.minor(content.total), currency);
    const text = JSON.stringify({ ...content, prepaid: currency.text(prepaid) } satisfies InvoiceContent);
    const record: InvoiceRecord = {
      tenant: tenant.tenant,
      month,
      sequence,
      content: text,
      finalizedAt: now().toISOString(),
      hours,
      state: 'numbering',
      creditNotes: [],
    };
    if (!(await store.add(record, records.findLast(isOwed)))) {
      throw new ConflictError(
        `${month} of ${tenant.tenant} is being finalized, or an invoice of it voided, right now; look at its invoices`,
        { retryAfterSeconds: 2 },
      );
    }
    return record;
  }
}

const isOwed = ({ state }: InvoiceRecord): boolean => state === 'open';
const isNumbered = ({ state }: InvoiceRecord): boolean => state !== 'numbering';

function parts(id: string): { readonly month: string; readonly sequence?: number } {
  const [, month, sequence] = /^(\d{4}-\d{2})(?:-([1-9]\d{0,2}))?$/.exec(id) ?? [];
  if (month === undefined) throw unknownInvoice(id);
  return sequence === undefined ? { month } : { month, sequence: Number(sequence) };
}

function existing(records: readonly InvoiceRecord[], id: string): InvoiceRecord {
  const { sequence } = parts(id);
  const found = records.find((record) => record.sequence === sequence && isNumbered(record));
  if (found === undefined) throw unknownInvoice(id);
  return found;
}

const unknownInvoice = (id: string): NotFoundError =>
  new NotFoundError(
    `there is no invoice ${JSON.stringify(id.slice(0, 100))}; their ids read 2026-11-1, drafts 2026-11`,
  );
