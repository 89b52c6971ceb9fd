import { ConflictError, UnavailableError } from '../../api/maas-error.ts';
import type { DynamoDBInvoices } from '../invoice/dynamodb-invoices.ts';
import type { InvoiceContent } from '../invoice/invoice.ts';
import type { InvoiceRecord } from '../invoice/invoice-record.ts';
import { Currency } from '../money/currency.ts';
import { positiveAmount } from '../money/positive-amount.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';
import type { CreditAccount, CreditGrant } from './credit-account.ts';
import type { DynamoDBCredits } from './dynamodb-credits.ts';

/** Longer than any call that takes money lives. */
const holdMs = 120_000;
const attemptsMax = 5;
/** An item of DynamoDB holds some thousands of them. */
const grantsMax = 1000;

/** What prepaid money is made of. */
export interface CreditsDependencies {
  readonly store: DynamoDBCredits;
  readonly invoices: Pick<DynamoDBInvoices, 'list'>;
  readonly books: { all(): Promise<readonly PublishedPriceBook[]> };
  readonly now: () => Date;
}

/** What a tenant paid ahead, and what is left of it. */
export interface CreditView {
  readonly tenant: string;
  readonly currency: string;
  readonly balance: string;
  /** Oldest first. */
  readonly grants: readonly CreditGrant[];
}

/** Money that tenants paid ahead. An invoice takes of it what it can; one that is voided gives it back. */
export class Credits {
  readonly #with: CreditsDependencies;

  constructor(dependencies: CreditsDependencies) {
    this.#with = dependencies;
  }

  /**
   * Adds money to a tenant's balance.
   *
   * @throws InvalidInputError when it is no amount of the currency, or not above zero
   * @throws ConflictError when there is no currency yet, or the account was changed at the same moment
   */
  async grant(tenant: string, amount: string, reason: string, by: string): Promise<CreditView> {
    const { store, now } = this.#with;
    const currency = await this.#currency();
    const minor = positiveAmount(amount, currency);
    const account = await store.find(tenant);
    if (account.grants.length >= grantsMax) throw new ConflictError(`${tenant} has ${grantsMax} grants already`);
    const grant: CreditGrant = { amount: currency.text(minor), reason, at: now().toISOString(), by };
    const next = { ...account, version: account.version + 1, grants: [...account.grants, grant] };
    // Not tried again: whether the same grant is already in it, only the operator can tell.
    if (!(await store.replace(tenant, next))) {
      throw new ConflictError(
        `the balance of ${tenant} was changed at the same moment; look at it before you try again`,
      );
    }
    return this.show(tenant);
  }

  /** @throws ConflictError when there is no currency yet, since no price book was published */
  async show(tenant: string): Promise<CreditView> {
    const currency = await this.#currency();
    const account = await this.#with.store.find(tenant);
    const balance = this.#balance(account, await this.#with.invoices.list(tenant), currency);
    return { tenant, currency: currency.code, balance: currency.text(balance), grants: account.grants };
  }

  /** What an invoice over this amount could take now, in minor units. */
  async available(tenant: string, wanted: bigint, currency: Currency): Promise<bigint> {
    if (wanted <= 0n) return 0n;
    const account = await this.#with.store.find(tenant);
    if (account.grants.length === 0) return 0n;
    return least(wanted, this.#balance(account, await this.#with.invoices.list(tenant), currency));
  }

  /**
   * Takes what can be taken for an invoice that is about to be stored. Until it is, or two minutes are over, no other can take the same.
   * Of several that make the same invoice any may store it: the most that one of them takes stays held.
   *
   * @param invoice its id
   * @returns the amount in minor units, to be stored as its `prepaid`
   * @throws UnavailableError when others change the account all the time
   */
  async hold(tenant: string, invoice: string, wanted: bigint, currency: Currency): Promise<bigint> {
    if (wanted <= 0n) return 0n;
    const { store, invoices, now } = this.#with;
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      // The account first: an invoice that takes of it and is stored after this changed the account before, and fails the write below.
      const account = await store.find(tenant);
      const { [invoice]: earlier, ...others } = account.holds;
      const records = await invoices.list(tenant);
      const amount = least(wanted, this.#balance({ ...account, holds: others }, records, currency));
      if (amount === 0n) return 0n;
      const time = now().getTime();
      const live = Object.entries(others).filter(([, { until }]) => Date.parse(until) > time);
      const held = earlier === undefined || Date.parse(earlier.until) <= time ? 0n : currency.minor(earlier.amount);
      const mine = {
        amount: currency.text(held > amount ? held : amount),
        until: new Date(time + holdMs).toISOString(),
      };
      const holds = { ...Object.fromEntries(live), [invoice]: mine };
      if (await store.replace(tenant, { ...account, version: account.version + 1, holds })) return amount;
    }
    throw new UnavailableError(`the balance of ${tenant} is being changed by others; try again`);
  }

  #balance({ grants, holds }: CreditAccount, records: readonly InvoiceRecord[], currency: Currency): bigint {
    const time = this.#with.now().getTime();
    const stored = new Set(records.map(({ month, sequence }) => `${month}-${sequence}`));
    const granted = grants.reduce((sum, { amount }) => sum + currency.minor(amount), 0n);
    const taken = records
      .filter(({ state }) => state !== 'void')
      .reduce((sum, { content }) => sum + currency.minor((JSON.parse(content) as InvoiceContent).prepaid), 0n);
    const held = Object.entries(holds)
      .filter(([invoice, { until }]) => !stored.has(invoice) && Date.parse(until) > time)
      .reduce((sum, [, { amount }]) => sum + currency.minor(amount), 0n);
    return granted - taken - held;
  }

  async #currency(): Promise<Currency> {
    const [first] = await this.#with.books.all();
    if (first === undefined) throw new ConflictError('there is no currency yet: no price book has been published');
    return new Currency(first.book.currency);
  }
}

const least = (a: bigint, b: bigint): bigint => (b <= 0n ? 0n : a < b ? a : b);
