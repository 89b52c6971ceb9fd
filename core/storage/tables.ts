/** A DynamoDB table's keys. All key attributes are strings. */
export interface TableKeys {
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly indexes?: Readonly<Record<string, { readonly partitionKey: string; readonly sortKey?: string }>>;
  /** Attribute with the epoch second at which the item may vanish. */
  readonly timeToLive?: string;
  /**
   * False where backups would keep something for longer than it may be kept.
   * @default true, where data is kept at all
   */
  readonly backups?: false;
}

/** The platform's tables: `infra/` provisions them from here, the stores in `core/` write their items by it. */
export const tables = {
  /** Tenants, one item each. */
  tenants: { partitionKey: 'tenant' },
  /** API keys by the public part of the key; their tenant's keys through the index. */
  keys: { partitionKey: 'keyId', indexes: { 'by-tenant': { partitionKey: 'tenant', sortKey: 'createdAt' } } },
  /** `MODELS / <name>` is a model with its live pointer, `MODEL#<name> / V#<8 digits>` one version of it. */
  catalog: { partitionKey: 'pk', sortKey: 'sk' },
  /** The audit log: `<tenant> or PLATFORM / <UUIDv7>`; all of it by time through the index. */
  audit: {
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: { 'by-time': { partitionKey: 'log', sortKey: 'id' } },
  },
  /** The journal: `T#<tenant>#<yyyymmddhh>#<shard> / <event id>`. */
  usage: { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'expiresAt' },
  /**
   * Requests that came with an `Idempotency-Key`, some with their answers, for a day: `T#<tenant>#<digest of route and key>`. Which events
   * repeats were answered with, for 20 days: `T#<tenant>#<event id>`; without that note an event may be taken for one that no client got.
   */
  idempotency: { partitionKey: 'pk', timeToLive: 'expiresAt', backups: false },
  /** `T#<tenant> / OVERRIDES` is what operators have set, `… / MONTH#<yyyy-mm>` what was used, `… / RATE#<unit>` what of a rate is spent. */
  limits: { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'expiresAt' },
  /**
   * Closed hours: `T#<tenant> / H#<hour>`, with `… / P#<hour>#V#<version>#<digest>#<part>` for what is more than an item holds, which alone
   * has an end once it is of an older version; `… / A#<hour>` is what lies in the ledger, `… / CURSOR` how far all of this is.
   */
  rollups: { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'expiresAt' },
  /**
   * What comparing logs with the journal found: `T#<tenant> / <hour>`, and `ALL / <hour>` of all tenants together; `BEGUN / <hour>` is when
   * that was last begun.
   */
  reconciliations: { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'expiresAt' },
  /**
   * `PRICE_BOOKS / V#<version>` is a price book, `PRICE_BOOKS / CURRENT` points at the newest; `T#<tenant> / INVOICE#<month>-<n>` is an
   * invoice, `INVOICE_NUMBERS / <8 digits>` says whose number it is.
   */
  billing: { partitionKey: 'pk', sortKey: 'sk' },
  /**
   * What systems outside are told: `CONNECTIONS / <destination>`; `T#<tenant> / LINK#<destination>` is who the tenant is there,
   * `… / OUT#<destination>#<hour>` the outbox, `… / LEASE#<destination>` who delivers. What waits, by when it is to be tried, through the
   * index: `due` is the destination, or `rejected#<destination>` for what was refused for good.
   * `REPORTS#stripe / <event>` is what Stripe said of what it took, which has an end.
   */
  exports: {
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: { 'by-due': { partitionKey: 'due', sortKey: 'dueAt' } },
    timeToLive: 'expiresAt',
  },
} as const satisfies Readonly<Record<string, TableKeys>>;
