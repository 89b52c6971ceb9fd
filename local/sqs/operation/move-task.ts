/** A redrive from a dead-letter queue, which is done when it is answered. */
export interface MoveTask {
  readonly sourceArn: string;
  readonly destinationArn?: string | undefined;
  readonly startedAtMs: number;
  readonly moved: number;
}
