/** A native API key. */
export interface ApiKey {
  readonly id: string;
  /** The secret. Never logged. */
  readonly value: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly customerId: string | undefined;
  readonly enabled: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly tags: Readonly<Record<string, string>>;
}
