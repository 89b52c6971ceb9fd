/** What a change was about, as plain JSON without secrets. */
export type AuditState = Readonly<Record<string, unknown>>;

/** A change as it was ordered. */
export interface AuditedChange {
  /** What was done, e.g. `key.revoke`. */
  readonly action: string;
  /** Whose things changed. Absent: the platform's own, such as a model. */
  readonly tenant?: string;
  /** What changed, e.g. `key 0E81jCDBa6`. */
  readonly subject: string;
  /** How it was. Absent when it is new. */
  readonly before?: AuditState;
  /** How it was to become. Absent when it is removed. */
  readonly after?: AuditState;
}

/** One line of the audit log. */
export interface AuditRecord extends AuditedChange {
  /** UUIDv7, so that ids sort by time. */
  readonly id: string;
  /** RFC 3339 with milliseconds. */
  readonly at: string;
  /** An operator's ARN, `key <id>` of the tenant, or whoever holds the key, when a leaked one was handed in. */
  readonly actor: string;
  readonly requestId: string;
}
