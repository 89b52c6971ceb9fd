/** One event source mapping from a queue, as the template says. */
export interface MappingDefinition {
  readonly arn: string;
  readonly queueArn: string;
  readonly region: string;
  /** Messages per event at the most. */
  readonly batchSize: number;
  /** How long a batch that is not full waits for more. */
  readonly windowMs: number;
  /** Batches in flight at the most. */
  readonly concurrencyMax: number;
  /** Whether the function says which messages of a batch failed. */
  readonly reportsItemFailures: boolean;
}
