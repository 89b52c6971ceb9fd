import { ConflictError } from '../api/maas-error.ts';
import type { CloseProgress } from '../metering/dynamodb-rollups.ts';
import type { JournalReader } from '../metering/journal-reader.ts';
import type { ExportLinks } from './export/outbox/export-links.ts';
import type { ForgetExports } from './export/outbox/forget-exports.ts';
import type { Outbox } from './export/outbox/outbox.ts';
import type { BilledTenant, Invoices } from './invoice/invoices.ts';
import type { PublishedPriceBook } from './price-book/published-price-book.ts';

interface Dependencies {
  readonly rollups: { progress(tenant: string): Promise<Partial<CloseProgress>> };
  readonly journal: Pick<JournalReader, 'lateHours'>;
  /** The queues of usage that the journal has not taken: what is tried again, and what was given up. */
  readonly spilled: readonly { isEmpty(): Promise<boolean> }[];
  readonly invoices: Pick<Invoices, 'show'>;
  readonly books: { all(): Promise<readonly PublishedPriceBook[]> };
  readonly links: Pick<ExportLinks, 'list'>;
  readonly outbox: Pick<Outbox, 'open'>;
  readonly exports: Pick<ForgetExports, 'of'>;
  readonly now: () => Date;
}

/** What the books have to say before a tenant is forgotten: afterwards nobody can make an invoice for it, or tell anybody what it used. */
export class TenantBooks {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /**
   * A month of which a draft would charge usage is not settled; one that would only charge a minimum or a commitment is.
   *
   * @param idleFrom an hour in which the tenant used nothing any more, `2026-11-22T01`
   * @throws ConflictError while usage is in the spillway, not closed, not in the ledger or not invoiced, or a system outside has not been told of it
   */
  async assertSettled(tenant: BilledTenant, idleFrom: string): Promise<void> {
    const { invoices, books, now } = this.#with;
    await this.#assertArchived(tenant.tenant, idleFrom);
    await this.#assertExported(tenant.tenant);
    if ((await books.all()).length === 0) return;
    for (const month of months(tenant.createdAt, now())) {
      const { lines } = await invoices.show(tenant, month);
      if (lines.some(({ kind }) => kind !== 'minimum' && kind !== 'true-up')) {
        throw new ConflictError(`usage of ${tenant.tenant} in ${month} is not invoiced yet; finalize that month first`);
      }
    }
  }

  /** Late usage is noted before it is stored, so nothing that is stored by now is missed. */
  async #assertArchived(tenant: string, idleFrom: string): Promise<void> {
    const { rollups, journal, spilled } = this.#with;
    // First: what they hold no more is in the journal, or is noted as late there.
    if ((await Promise.all(spilled.map((queue) => queue.isEmpty()))).includes(false)) {
      throw new ConflictError(
        `the spillway or its dead letters hold usage that may be of ${tenant}; have it taken or removed first`,
      );
    }
    const { closedTo = '', archivedTo = '', lateArchivedTo } = await rollups.progress(tenant);
    if (closedTo < idleFrom) throw new ConflictError(`usage of ${tenant} is not closed up to ${idleFrom} yet`);
    if (archivedTo < idleFrom) throw new ConflictError(`usage of ${tenant} is not in the ledger up to ${idleFrom} yet`);
    const [late] = await journal.lateHours(tenant, new Date(lateArchivedTo ?? 0));
    if (late !== undefined) {
      throw new ConflictError(`something came late to what ${tenant} used in ${late}, and is not in the ledger yet`);
    }
  }

  /** Links first: what one is caught up with meanwhile is among the rows then. */
  async #assertExported(tenant: string): Promise<void> {
    const { links, outbox } = this.#with;
    for (const { destination, catchUpFrom } of await links.list(tenant)) {
      if (catchUpFrom === undefined) continue;
      throw new ConflictError(
        `${destination} may not have been told yet what ${tenant} used from ${catchUpFrom} on; see to its exports first`,
      );
    }
    const [waiting] = await outbox.open(tenant);
    if (waiting !== undefined) {
      throw new ConflictError(
        `${waiting.destination} has not been told yet what ${tenant} used in ${waiting.hour}; see to its exports first`,
      );
    }
  }

  /** Removes who the tenant is at systems outside. Invoices, credits and closed hours stay, as the books have to. */
  forget(tenant: string): Promise<void> {
    return this.#with.exports.of(tenant);
  }
}

/** The calendar months from one moment to another, `2026-11`. */
function* months(from: string, to: Date): Generator<string, void> {
  const at = new Date(`${from.slice(0, 7)}-01T00:00:00Z`);
  for (; at <= to; at.setUTCMonth(at.getUTCMonth() + 1)) yield at.toISOString().slice(0, 7);
}
