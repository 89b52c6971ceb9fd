/** Says that a usage event does not count. The event itself stays as it was written. CloudEvents 1.0, as `UsageEvent`. */
export interface UsageVoided {
  readonly specversion: '1.0';
  readonly type: 'maas.usage.voided.v1';
  /** UUIDv7, of its own. */
  readonly id: string;
  readonly source: string;
  /** The tenant. */
  readonly subject: string;
  /** RFC 3339 with milliseconds. */
  readonly time: string;
  readonly data: {
    /** Id of the event that does not count. */
    readonly event: string;
    readonly reason: string;
    /** Who says so: an IAM identity. */
    readonly actor: string;
  };
}
